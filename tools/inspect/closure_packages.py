"""Guesses Debian's package of a library or a program from its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.debian.relation import parse_relations

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

_ESSENTIAL = {
    "coreutils": "arch base32 base64 basename cat chgrp chmod chown chroot cksum comm cp csplit cut"
    " date dd df dir dirname du env expand expr factor fmt fold groups head id install join link ln"
    " logname ls md5sum mkdir mkfifo mknod mktemp mv nice nl nohup nproc numfmt od paste pathchk pr"
    " printenv ptx readlink realpath rm rmdir seq sha1sum sha256sum sha512sum shred shuf sleep sort"
    " split stat stdbuf stty sum sync tac tail tee timeout touch tr truncate tsort tty uname"
    " unexpand uniq unlink users wc who whoami yes",
    "debianutils": "run-parts savelog tempfile which",
    "diffutils": "cmp diff diff3 sdiff",
    "findutils": "find xargs",
    "gettext-base": "envsubst gettext gettext.sh",
    "grep": "egrep fgrep grep",
    "gzip": "gunzip gzip zcat zgrep",
    "hostname": "hostname",
    "libc-bin": "getconf getent iconv ldd locale",
    "mawk": "awk",
    "ncurses-bin": "clear tput",
    "openssl": "openssl",
    "procps": "free pgrep pidwait pkill ps sysctl top uptime watch",
    "sed": "sed",
    "tar": "tar",
    "util-linux": "flock getopt ionice logger mountpoint setpriv setsid su taskset",
}
_PROGRAMS = {name: package for package, names in _ESSENTIAL.items() for name in names.split()}
"""What scripts run, by name of the program: of packages that every Debian system has, and others
that scripts of containers rely on."""


def package_of_program(name: str) -> str:
    """Return the package of a program that scripts run; empty if it is not known."""
    return _PROGRAMS.get(name, "")


_NAMED_OTHERWISE = {
    "libasound.so.2": "libasound2t64", "libatk-1.0.so.0": "libatk1.0-0t64",
    "libatk-bridge-2.0.so.0": "libatk-bridge2.0-0t64", "libcrypto.so.3": "libssl3t64",
    "libcups.so.2": "libcups2t64", "libcurl-gnutls.so.4": "libcurl3t64-gnutls",
    "libcurl.so.4": "libcurl4t64", "libgdk-3.so.0": "libgtk-3-0t64",
    "libgio-2.0.so.0": "libglib2.0-0t64", "libglib-2.0.so.0": "libglib2.0-0t64",
    "libgmodule-2.0.so.0": "libglib2.0-0t64", "libgobject-2.0.so.0": "libglib2.0-0t64",
    "libgthread-2.0.so.0": "libglib2.0-0t64", "libgtk-3.so.0": "libgtk-3-0t64",
    "libjpeg.so.62": "libjpeg62-turbo", "liblber.so.2": "libldap2", "libmagic.so.1": "libmagic1t64",
    "libnspr4.so": "libnspr4", "libnss3.so": "libnss3", "libnssutil3.so": "libnss3",
    "libplc4.so": "libnspr4", "libplds4.so": "libnspr4", "libsmime3.so": "libnss3",
    "libssl.so.3": "libssl3t64", "libssl3.so": "libnss3",
}  # fmt: skip
"""Libraries that many programs need, in packages that have more than one; those of Debian 13."""


def packages_of_library(soname: str, packages: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the packages that a library may be in, by the rule for their names.

    Debian Policy 8.1: the soname without ``.so``, in lower case, with a hyphen between two numbers;
    ``t64`` is appended where the size of time_t has changed the interface.

    Args:
        soname: of the library.
        packages: those of the image; their dependencies decide between names.

    Returns:
        The name that a package of the image depends on, or else the one of the rule.
    """
    names = _names_of(soname)
    mentioned = {
        relation.name
        for package in packages
        for group in parse_relations(package.get("depends") or "")
        for relation in group
    }
    return [each for each in names if each in mentioned] or names[:1]


def _names_of(soname: str) -> list[str]:
    """Return the likely names of a library's package, the most likely first."""
    if soname in _NAMED_OTHERWISE:
        name = _NAMED_OTHERWISE[soname]
        return list(dict.fromkeys([name, name.replace("t64", "")]))
    stem, _, version = soname.partition(".so.")
    if not version:
        stem, _, version = soname.removesuffix(".so").rpartition("-")
        if not stem or not version[:1].isdigit():
            return []  # no version, so no library that packages share
    joint = "-" if stem[-1:].isdigit() else ""
    name = f"{stem}{joint}{version}".lower().replace("_", "-")
    return [name, f"{name}t64"]
