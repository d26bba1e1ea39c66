"""What maintainer scripts would have done, read from the scripts themselves.

A script is a program, so this is a list of what stands out, not a proof: the commands of Debian's
packaging that change a system, each with its arguments as they are written. Upgrades and removals
are passed over, for an image is always a first installation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from tools.lock.archive.debs import control_files
from tools.lock.fetch_indexes import Surroundings
from tools.lock.lockfile.lockfile import Lock, LockedPackage
from tools.lock.lockfile.urls import urls_of

REPRODUCED = (
    "ldconfig",
    "py3compile",
    "update-ca-certificates",
    "update-ca-certificates-fresh",
    # Of use to a service manager, and to one that upgrades a running system.
    "invoke-rc.d",
    "update-rc.d",
)
"""Commands whose result images have without the script, or do not need."""


def effects(control: Mapping[str, bytes]) -> dict[str, tuple[str, ...]]:
    """Finds what a package's scripts would have done when it is installed.

    Args:
        control: the files of its control member.

    Returns:
        Command lines, in the order in which they are written, by the name of the script.
    """
    found = {}
    for name in ("preinst", "postinst", "triggers"):
        text = control.get(name, b"").decode("utf-8", "replace")
        lines = _triggered(text) if name == "triggers" else _commands(text)
        if lines:
            found[name] = tuple(dict.fromkeys(lines))
    return found


def not_reproduced(scripts: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Those of the command lines that images do without."""
    return [
        line
        for lines in scripts.values()
        for line in lines
        if line.partition(" ")[0] not in REPRODUCED and not _PASSING.search(line)
    ]


def record_scripts(lock: Lock, surroundings: Surroundings) -> Lock:
    """Fetches the packages of a lock, and records what their scripts would have done.

    What the previous lock says of the same bytes is believed, so only changed packages are
    fetched.

    Raises:
        PlinthError: a package cannot be fetched, or is damaged.
    """
    known = {
        package.sha256: package.scripts
        for packages in (surroundings.previous.packages if surroundings.previous else {}).values()
        for package in packages
        if package.scripts is not None
    }
    wanted = {
        package.sha256: package
        for packages in lock.packages.values()
        for package in packages
        if package.sha256 not in known and not lock.archives[package.archive].directory
    }

    def read(package: LockedPackage) -> Mapping[str, tuple[str, ...]]:
        data = surroundings.fetch_kept(
            urls_of(package, lock, surroundings.environment, surroundings.apt_directory),
            sha256=package.sha256,
            size=package.size,
            label=f"{package.name} {package.version}",
        )
        return effects(control_files(data, f"{package.name} {package.version}"))

    with ThreadPoolExecutor(_DOWNLOADS) as pool:
        known.update(zip(wanted, pool.map(read, wanted.values()), strict=True))
    packages = {
        architecture: tuple(
            replace(package, scripts=known.get(package.sha256)) for package in packages
        )
        for architecture, packages in lock.packages.items()
    }
    return replace(lock, packages=packages)


_DOWNLOADS = 8

# Debian Policy ch. 6 and the helpers of debhelper(7). Where a command has harmless uses, only
# what it is followed by when it changes something.
_VERBS = (
    r"update-alternatives\s+(?:--quiet\s+)?--install",
    r"addgroup",
    r"adduser",
    r"groupadd",
    r"useradd",
    r"usermod",
    r"chgrp",
    r"chmod",
    r"chown",
    r"dpkg-divert",
    r"dpkg-statoverride",
    r"fc-cache",
    r"gdk-pixbuf-query-loaders",
    r"glib-compile-schemas",
    r"gtk-update-icon-cache",
    r"install",
    r"install-info",
    r"invoke-rc\.d",
    r"ldconfig",
    r"ln",
    r"mkdir",
    r"mktexlsr",
    r"py3compile",
    r"setcap",
    r"systemd-sysusers",
    r"systemd-tmpfiles",
    r"ucf",
    r"update-ca-certificates",
    r"update-default-[a-z-]+",
    r"update-desktop-database",
    r"update-mime-database",
    r"update-rc\.d",
    r"update-shells",
    r"add-shell",
)
_BEFORE = r"(?:^|[;&|(]|\b(?:then|else|do|if|!|exec)\s)\s*(?:/(?:usr/)?s?bin/)?"
_COMMAND = re.compile(rf"{_BEFORE}((?:{'|'.join(_VERBS)})\b[^;&|]*)")
# Anything else without arguments is a label of a case, or a word in a message.
_WITHOUT_ARGUMENTS = ("ldconfig", "update-ca-certificates", "fc-cache")
_LOOKED_UP = re.compile(r"\b(?:command -v|which|type|hash)\s+\S+")
# Diversions that guard an upgrade to merged /usr, that are undone, or only looked at.
_PASSING = re.compile(r"usr-is-merged|dpkg-divert .*--(?:remove|list)|/etc/init\.d/")
_REDIRECTION = re.compile(r"\s+\d?>+\s*\S+.*$|\s+\d?>&\d.*$")


def _commands(script: str) -> list[str]:
    found = []
    text = re.sub(r"\\\n\s*", " ", script)
    for raw in text.split("\n"):
        line = _LOOKED_UP.sub("", raw.strip())
        if line.startswith("#"):
            continue
        for match in _COMMAND.finditer(line):
            command = " ".join(_REDIRECTION.sub("", match[1]).split()).rstrip(")}` ")
            if " " in command or command in _WITHOUT_ARGUMENTS:
                found.append(command)
    return found


def _triggered(text: str) -> list[str]:
    # deb-triggers(5): libraries ask for ldconfig by activating its trigger.
    words = [line.split() for line in text.splitlines() if line.startswith("activate")]
    return [line[1] for line in words if len(line) > 1]
