"""Builds zip archives for tests, with any field wrong."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_LOCAL = "<4sHHHHHIIIHH"
_CENTRAL = "<4sHHHHHHIIIHHHHHII"
_END = "<4sHHHHIIH"


@dataclass(frozen=True, slots=True)
class Member:
    """One member.

    Attributes:
        name: as stored.
        content: of the file.
        method: 8 for deflate, 0 for none.
        flags: general purpose bits.
        mode: ``st_mode`` of the external attributes.
        local: fields of the header before the data that are something else: crc, compressed,
            size, name, method, magic, extra, flags.
        central: fields of the directory that are something else: these, offset, and wide.
        data: what is there instead of the compressed content.
        after: what follows the data.
    """

    name: str | bytes
    content: bytes = b""
    method: int = 8
    flags: int = 0
    mode: int = 0o100644
    local: Mapping[str, Any] = field(default_factory=dict)
    central: Mapping[str, Any] = field(default_factory=dict)
    data: bytes | None = None
    after: bytes = b""

    @property
    def stored(self) -> bytes:
        """The data."""
        if self.data is not None:
            return self.data
        if self.method != 8:
            return self.content
        deflate = zlib.compressobj(wbits=-15)
        return deflate.compress(self.content) + deflate.flush()

    def described(self, changed: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields that both headers have."""
        name = self.name if isinstance(self.name, bytes) else self.name.encode()
        return {
            "magic": None,
            "flags": self.flags,
            "method": self.method,
            "crc": zlib.crc32(self.content),
            "compressed": len(self.stored),
            "size": len(self.content),
            "name": name,
            "extra": b"",
            **changed,
        }


def make_zip(members: Iterable[Member], *, before: bytes = b"", after: bytes = b"",
             text: bytes = b"", **end: Any) -> bytes:  # fmt: skip
    """Write an archive; ``end`` changes fields of its end: count, total, size, offset, comment."""
    out, directory, count = before, b"", 0
    for member in members:
        f = member.described(member.local)
        offset = len(out)
        out += struct.pack(
            _LOCAL, f["magic"] or b"PK\3\4", 20, f["flags"], f["method"], 0, 0x21, f["crc"],
            f["compressed"], f["size"], len(f["name"]), len(f["extra"]),
        )  # fmt: skip
        out += f["name"] + f["extra"] + member.stored + member.after
        f = member.described(member.central)
        directory += struct.pack(
            _CENTRAL, f["magic"] or b"PK\1\2", 3 << 8 | 20, 20, f["flags"], f["method"], 0, 0x21,
            f["crc"], f["compressed"], f["size"], len(f["name"]), len(f["extra"]), 0, 0, 0,
            member.mode << 16, f.get("offset", offset),
        )  # fmt: skip
        directory += f["name"] + f["extra"]
        count += 1
    fields = {"disk": 0, "count": count, "total": count, "size": len(directory),
              "offset": len(out), "comment": 0, **end}  # fmt: skip
    return out + directory + after + struct.pack(
        _END, b"PK\5\6", fields["disk"], 0, fields["count"], fields["total"], fields["size"],
        fields["offset"], fields["comment"],
    ) + text  # fmt: skip
