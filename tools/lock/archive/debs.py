"""Packages that no index lists: files of a directory, or of a URL that the manifest gives.

Their own control file has the fields that an index would have.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator

from tools.debian.control import Paragraph, parse_paragraph
from tools.debian.deb import deb_members
from tools.errors import PlinthError
from tools.tar.decompress import decompress
from tools.tar.header import FILE, TarError
from tools.tar.reader import read_tar


class DebError(PlinthError):
    """A ``.deb`` file cannot be used.

    Attributes:
        where: its path or URL.
        problem: what is wrong.
    """

    def __init__(self, where: str, problem: str, cure: str) -> None:
        self.where = where
        self.problem = problem
        super().__init__(f"{where}: {problem}\n  {cure}")


def control_files(deb: bytes, where: str) -> dict[str, bytes]:
    """Return the files of a package's control member, by name, without ``./``.

    Raises:
        DebError: it is no package, or its control member cannot be unpacked.
    """
    try:
        return dict(_control_files(deb))
    except PlinthError as error:
        raise DebError(where, str(error), _REPLACE) from None


def index_entry(deb: bytes, filename: str, where: str) -> bytes:
    """Return the stanza that an index would have for a package.

    Args:
        deb: the file.
        filename: what the lock is to call it.
        where: what messages are to call it.

    Raises:
        DebError: it is no package.
    """
    control = control_files(deb, where).get("control")
    if control is None:
        raise DebError(where, "it has no control file", _REPLACE)
    try:
        paragraph = parse_paragraph(control)
    except PlinthError as error:
        raise DebError(where, str(error), _REPLACE) from None
    for field in ("Package", "Version", "Architecture"):
        if field not in paragraph:
            raise DebError(where, f'its control file has no field "{field}"', _REPLACE)
    return _format(paragraph, deb, filename)


def directory_entries(directory: str, shown: str) -> Iterator[bytes]:
    """Yield the stanza of each package of a directory, in the order of their names.

    Raises:
        DebError: the directory cannot be read, or has no package, or one that is damaged.
    """
    try:
        names = sorted(name for name in os.listdir(directory) if name.endswith(".deb"))
    except OSError as error:
        raise DebError(shown, f"cannot read it: {error.strerror}", _RELATIVE) from None
    if not names:
        raise DebError(shown, "there is no .deb file in it", _RELATIVE)
    for name in names:
        with open(os.path.join(directory, name), "rb") as file:
            yield index_entry(file.read(), name, f"{shown}/{name}")


_REPLACE = "Build or download it again."
_RELATIVE = "directory: is relative to the manifest."
_LARGEST_CONTROL = 64 << 20  # bytes; Debian's largest, with the sums of all files, have a tenth
_OWN_FIELDS = ("filename", "size", "sha256", "description")


def _format(paragraph: Paragraph, deb: bytes, filename: str) -> bytes:
    fields = [(name, value) for name, value in paragraph if name.lower() not in _OWN_FIELDS]
    fields += [
        ("Filename", filename),
        ("Size", str(len(deb))),
        ("SHA256", hashlib.sha256(deb).hexdigest()),
    ]
    # Package comes first in every index.
    fields.sort(key=lambda field: field[0].lower() != "package")
    lines = [f"{name}: {value}".replace("\n", "\n ") for name, value in fields]
    return "\n".join(lines).encode()


def _control_files(deb: bytes) -> Iterator[tuple[str, bytes]]:
    member = deb_members(deb).control
    left = _LARGEST_CONTROL
    for entry in read_tar(decompress(member.compression, member.read(deb))):
        left -= entry.size
        # Checked before any of it is kept: a small member may unpack to gigabytes.
        if left < 0:
            raise TarError(f"its control member has more than {_LARGEST_CONTROL} bytes")
        if entry.type == FILE:
            yield entry.path, b"".join(entry.body())
