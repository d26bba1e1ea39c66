"""Unpacks packages into a directory that no dpkg manages, leaving out what Bazel never reads."""

from __future__ import annotations

import io
import lzma
import os
import posixpath
import re
import shutil
import tarfile
from collections.abc import Callable
from typing import BinaryIO, cast

from tools.debian.deb import DebFormatError, deb_members
from tools.errors import PlinthError

# Debian's packages are all xz, except a few without compressible content.
_OPENERS: dict[str, Callable[[io.BytesIO], BinaryIO]] = {
    "": lambda raw: raw,
    "xz": lambda raw: cast(BinaryIO, lzma.open(raw)),  # noqa: SIM115 - its user closes it
}


class PackageUnpackError(PlinthError):
    """A package cannot be unpacked.

    Attributes:
        path: the package's file.
        problem: why not.
    """

    def __init__(self, path: str, problem: str) -> None:
        self.path = path
        self.problem = problem
        super().__init__(f"cannot unpack {path}: {problem}\n  Please report this package.")


def unpack(deb: str, directory: str, wanted: Callable[[str], bool]) -> None:
    """Unpack the files of a package below a directory, in the merged-/usr layout.

    Everything belongs to the caller; set-user-ID bits, devices and what is not ``wanted`` are left
    out. Several threads may unpack into one directory, as packages do not share files.

    Raises:
        PackageUnpackError: not a package, of an unknown compression, or with a path that leads
            outside.
    """
    with open(deb, "rb") as file:
        content = file.read()
    try:
        member = deb_members(content).data
        if member.compression not in _OPENERS:
            raise PackageUnpackError(
                deb, f"its {member.name} needs a decompressor that Python lacks"
            )
        # Not tarfile's own stream mode, which copies its buffer at every read.
        with (
            _OPENERS[member.compression](io.BytesIO(member.read(content))) as stream,
            tarfile.open(fileobj=stream, mode="r:") as archive,
        ):
            for entry in archive:
                _extract(archive, entry, directory, wanted)
    except (DebFormatError, tarfile.TarError, lzma.LZMAError, EOFError, _OutsideError) as error:
        raise PackageUnpackError(deb, str(error)) from error


_BUFFER = 1 << 20


def is_wanted(path: str) -> bool:
    """Return whether Bazel needs a file at run time, by its path relative to the root."""
    return not _UNWANTED.match(path)


_UNWANTED = re.compile(
    r"""
    usr/share/(bash-completion|bug|common-licenses|debconf|doc|doc-base|gcc|gdb|info|lintian
        |locale|man|maven-repo|menu|perl5|pixmaps|zsh)/
    | usr/include/
    | usr/lib/valgrind/ | usr/lib/debug/ | usr/lib/systemd/
    # Of the runtime: class data for options that we do not set, and its manual and licences.
    | usr/lib/jvm/[^/]+/(man|legal)/
    | usr/lib/jvm/[^/]+/lib/server/classes_.*\.jsa$
    | var/ | dev/ | proc/ | sys/ | tmp/ | run/ | home/ | root/ | boot/ | mnt/ | media/ | srv/ | opt/
    """,
    re.VERBOSE,
)


def is_wanted_to_compile(path: str) -> bool:
    """Return whether a compiler needs a file, by its path relative to the root."""
    return not path.startswith(("usr/share/", "var/"))


class _OutsideError(Exception):
    """A member's path leads out of the directory."""


def _extract(
    archive: tarfile.TarFile,
    entry: tarfile.TarInfo,
    directory: str,
    wanted: Callable[[str], bool],
) -> None:
    path = _merged(_normal(entry.name))
    if not path or not wanted(path + "/" if entry.isdir() else path):
        return
    target = os.path.join(directory, path)
    # Before anything is made, for makedirs follows links.
    _check_inside(target if entry.isdir() else os.path.dirname(target), directory, entry.name)
    if entry.isdir():
        os.makedirs(target, exist_ok=True)
        return
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if entry.issym():
        if path not in _MERGED:
            os.symlink(entry.linkname, target)
    elif entry.islnk():
        source = os.path.join(directory, _merged(_normal(entry.linkname)))
        _check_inside(os.path.dirname(source), directory, entry.name)
        # A hard link is to a link itself, never to its target.
        os.link(source, target, follow_symlinks=False)
    elif entry.isfile():
        with open(target, "xb") as file:
            content = archive.extractfile(entry)
            if content is not None:
                shutil.copyfileobj(content, file, _BUFFER)
        # Always readable and writable by the owner, so that it can be removed.
        os.chmod(target, (entry.mode & 0o755) | 0o600)


def _check_inside(path: str, directory: str, name: str) -> None:
    root = os.path.realpath(directory)
    if os.path.commonpath([root, os.path.realpath(path)]) != root:
        raise _OutsideError(f"{name} is behind a link that leads out of the package")


def _normal(name: str) -> str:
    path = posixpath.normpath(name)
    if path.startswith(("/", "../")) or path == "..":
        raise _OutsideError(f"{name} leads out of the package")
    return "" if path == "." else path


_MERGED = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")


def _merged(path: str) -> str:
    return f"usr/{path}" if path.partition("/")[0] in _MERGED else path
