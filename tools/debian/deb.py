"""The members of a ``.deb`` file, deb(5).

Also used inside build actions, which must start fast: this file imports nothing heavy.
"""

from __future__ import annotations

from tools.errors import PlinthError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class DebFormatError(PlinthError):
    """The bytes are not a binary package.

    Attributes:
        problem: what is wrong with them. The caller knows the package's name and adds it.
    """

    def __init__(self, problem: str) -> None:
        self.problem = problem
        super().__init__(f"not a Debian package: {problem}")


class ArMember:
    """A member of an ar archive: its name, and where its bytes are.

    Attributes:
        name: without the padding and the optional trailing slash.
        offset: of the first byte, from the start of the archive.
        size: in bytes.
    """

    __slots__ = ("name", "offset", "size")

    def __init__(self, name: str, offset: int, size: int) -> None:
        self.name = name
        self.offset = offset
        self.size = size

    @property
    def compression(self) -> str:
        """What the name says: ``gz``, ``xz``, ``zst``, ``bz2``, ``lzma``, or empty for none."""
        return self.name.partition(".tar")[2].lstrip(".")

    def read(self, archive: bytes | memoryview) -> memoryview:
        """Return the member's bytes, not copied."""
        return memoryview(archive)[self.offset : self.offset + self.size]


class DebMembers:
    """The two tar members of a binary package."""

    __slots__ = ("control", "data")

    def __init__(self, control: ArMember, data: ArMember) -> None:
        self.control = control
        self.data = data


def deb_members(archive: bytes | memoryview) -> DebMembers:
    """Find the control and the data member of a binary package.

    Raises:
        DebFormatError: not an ar archive, cut short, of an unknown format version, or without
            exactly one control and one data member in this order.
    """
    members = [
        member
        for member in ar_members(archive)
        # deb(5): readers ignore members whose name starts with an underscore.
        if not member.name.startswith("_")
    ]
    if not members or members[0].name != "debian-binary":
        raise DebFormatError('the first member must be "debian-binary"')
    version = bytes(members[0].read(archive))
    # deb(5): a new minor number is compatible, and more lines may follow.
    if not version.startswith(b"2."):
        raise DebFormatError(f"format version {version[:20]!r}, expected 2.x")
    names = [member.name for member in members[1:]]
    if [_kind(name) for name in names[:2]] != ["control", "data"]:
        raise DebFormatError(f"expected control.tar and data.tar, found {', '.join(names)}")
    if any(_kind(name) for name in names[2:]):
        raise DebFormatError(f"a control or data member is there twice: {', '.join(names)}")
    for member in members[1:3]:
        if member.compression not in COMPRESSIONS:
            raise DebFormatError(f'"{member.name}": unknown compression')
    return DebMembers(members[1], members[2])


COMPRESSIONS = ("", "gz", "xz", "zst", "bz2", "lzma")
"""The suffixes deb(5) knows; zst is an extension of Ubuntu that dpkg adopted."""


def ar_members(archive: bytes | memoryview) -> Iterator[ArMember]:
    """Walk the members of an ar archive (the common subset that dpkg reads).

    Raises:
        DebFormatError: bad magic, a bad header, or an archive that ends too early.
    """
    view = memoryview(archive)
    if view[: len(_MAGIC)] != _MAGIC:
        raise DebFormatError("it does not start with the magic number of an ar archive")
    offset = len(_MAGIC)
    while offset < len(view):
        header = bytes(view[offset : offset + _HEADER_SIZE])
        if len(header) < _HEADER_SIZE:
            raise DebFormatError(f"cut short in the header at byte {offset}")
        name = header[:16].decode("ascii", "replace").rstrip(" ").removesuffix("/")
        size_text = header[48:58].strip()
        if header[58:] != b"`\n" or not size_text.isdigit():
            raise DebFormatError(f"bad member header at byte {offset}")
        size = int(size_text)
        offset += _HEADER_SIZE
        if offset + size > len(view):
            missing = offset + size - len(view)
            raise DebFormatError(f'cut short: {missing} bytes of member "{name}" are missing')
        yield ArMember(name, offset, size)
        offset += size + size % 2


_MAGIC = b"!<arch>\n"
_HEADER_SIZE = 60


def _kind(name: str) -> str:
    return next((kind for kind in ("control", "data") if name.startswith(f"{kind}.tar")), "")
