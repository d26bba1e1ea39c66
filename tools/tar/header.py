"""The 512-byte tar header: parsing any dialect, writing one.

POSIX.1-2017, pax(1), "ustar Interchange Format" and "pax Interchange Format"; GNU's base-256
numbers and ``L``/``K`` entries as tar(5) describes them. Pure functions on bytes.
"""

from __future__ import annotations

from tools.errors import PlinthError

BLOCK = 512
ZERO_BLOCK = bytes(BLOCK)

FILE = b"0"
HARDLINK = b"1"
SYMLINK = b"2"
DIRECTORY = b"5"
PAX = b"x"

_MAX_OCTAL_ID = 0o7777777
_MAX_OCTAL_SIZE = 0o77777777777


class TarError(PlinthError):
    """A tar stream is damaged, or has an entry that fragments do not allow."""


class Header:
    """One parsed header, before GNU and pax extensions are applied."""

    __slots__ = ("gid", "linkname", "mode", "name", "size", "typeflag", "uid")

    def __init__(self, block: bytes) -> None:
        """Parse one block.

        Raises:
            TarError: the checksum or a number is wrong.
        """
        stored = _number(block[148:156], "checksum")
        if stored != sum(block) - sum(block[148:156]) + 8 * 0x20:
            raise TarError("damaged tar header: its checksum does not match")
        self.name = _text(block[0:100])
        self.mode = _number(block[100:108], "mode") & 0o7777
        self.uid = _number(block[108:116], "uid")
        self.gid = _number(block[116:124], "gid")
        self.size = _number(block[124:136], "size")
        self.typeflag = block[156:157]
        self.linkname = _text(block[157:257])
        if block[257:263] == b"ustar\0" and block[345]:
            # Only POSIX's magic gives these bytes the meaning of a prefix; GNU's does not.
            self.name = _text(block[345:500]) + b"/" + self.name


def format_header(  # noqa: PLR0913
    name: bytes,
    *,
    typeflag: bytes = FILE,
    mode: int = 0o644,
    uid: int = 0,
    gid: int = 0,
    size: int = 0,
    linkname: bytes = b"",
    attributes: dict[bytes, bytes] | None = None,
) -> bytes:
    """Write the header of one entry, with a pax header before it where ustar has no room.

    mtime is 0 and names of owners are empty: the bytes depend only on the arguments.
    ``attributes`` are further pax records, such as ``SCHILY.xattr.security.capability``.
    """
    records = dict(attributes or {})
    prefix, short = _split_name(name)
    if short is None:
        records[b"path"] = name
        prefix, short = b"", name[:100].rstrip(b"/") if typeflag != DIRECTORY else name[:99] + b"/"
    if len(linkname) > 100:
        records[b"linkpath"] = linkname
    if size > _MAX_OCTAL_SIZE:
        records[b"size"] = b"%d" % size
    if uid > _MAX_OCTAL_ID:
        records[b"uid"] = b"%d" % uid
    if gid > _MAX_OCTAL_ID:
        records[b"gid"] = b"%d" % gid
    header = _block(short, prefix, typeflag, mode, uid, gid, size, linkname)
    return _pax_block(records) + header if records else header


def padding(size: int) -> int:
    """Return the padding of a body of ``size`` bytes."""
    return -size % BLOCK


def parse_pax(body: bytes) -> dict[bytes, bytes]:
    """Parse the records of a pax extended header.

    Raises:
        TarError: a record is not ``LENGTH KEY=VALUE`` and a newline.
    """
    records: dict[bytes, bytes] = {}
    position = 0
    while position < len(body):
        space = body.find(b" ", position, position + 20)
        digits = body[position:space] if space > 0 else b""
        if not digits.isdigit():
            raise TarError("damaged pax header: a record has no length")
        end = position + int(digits)
        record = body[space + 1 : end]
        key, equals, value = record.partition(b"=")
        if end > len(body) or not equals or not value.endswith(b"\n"):
            raise TarError("damaged pax header: a record is not KEY=VALUE")
        records[key] = value[:-1]
        position = end
    return records


def _block(  # noqa: PLR0913, PLR0917
    name: bytes,
    prefix: bytes,
    typeflag: bytes,
    mode: int,
    uid: int,
    gid: int,
    size: int,
    linkname: bytes,
) -> bytes:
    block = b"".join(
        (
            name.ljust(100, b"\0"),
            b"%07o\0" % mode,
            b"%07o\0" % (uid if uid <= _MAX_OCTAL_ID else 0),
            b"%07o\0" % (gid if gid <= _MAX_OCTAL_ID else 0),
            b"%011o\0" % (size if size <= _MAX_OCTAL_SIZE else 0),
            b"00000000000\0",
            b"        ",
            typeflag,
            linkname[:100].ljust(100, b"\0"),
            b"ustar\x0000",
            bytes(64),
            b"0000000\x00" * 2,
            prefix.ljust(155, b"\0"),
            bytes(12),
        )
    )
    return block[:148] + b"%06o\0 " % sum(block) + block[156:]


def _pax_block(records: dict[bytes, bytes]) -> bytes:
    if any(not _is_utf8(records.get(key, b"")) for key in (b"path", b"linkpath")):
        # POSIX: without this record, pathnames in a pax header are UTF-8.
        records = {b"hdrcharset": b"BINARY", **records}
    body = b"".join(_record(key, records[key]) for key in sorted(records, key=_record_order))
    header = _block(b"PaxHeader", b"", PAX, 0o644, 0, 0, len(body), b"")
    return header + body + bytes(padding(len(body)))


def _record_order(key: bytes) -> tuple[bool, bytes]:
    return (
        key != b"hdrcharset",
        key,
    )  # the character set precedes its records


def _record(key: bytes, value: bytes) -> bytes:
    rest = len(key) + len(value) + 3  # the space, the equals sign, the newline
    length = rest + len(str(rest))
    if len(str(length)) > len(str(rest)):
        length = rest + len(str(length))
    return b"%d %s=%s\n" % (length, key, value)


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _split_name(name: bytes) -> tuple[bytes, bytes | None]:
    """Split a long name at a slash into ustar's prefix (155) and name (100)."""
    if len(name) <= 100:
        return b"", name
    cut = name.find(b"/", len(name) - 101)
    if 0 < cut <= 155 and cut < len(name) - 1:
        return name[:cut], name[cut + 1 :]
    return b"", None


def _text(field: bytes) -> bytes:
    return field.partition(b"\0")[0]


def _number(field: bytes, what: str) -> int:
    if field[0] & 0x80:  # GNU: base-256, big endian
        if field[0] & 0x40:
            raise TarError(f"damaged tar header: negative {what}")
        return int.from_bytes(bytes((field[0] & 0x3F,)) + field[1:], "big")
    digits = field.strip(b" \0")
    if not digits:
        return 0
    if digits.strip(b"01234567"):
        raise TarError(f"damaged tar header: {what} is not an octal number")
    return int(digits, 8)
