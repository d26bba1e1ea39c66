"""Records for the table of contents of a segment, made while the segment is written.

Lazy pullers fetch single files: in the formats with a table of contents the content of each file
begins a member, and each member of a file has a digest.
"""

from __future__ import annotations

from tools.layer import compress
from tools.layer.crc64 import Crc64
from tools.tar import digest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class TocRecords:
    """Collects one record for each entry of a segment, in its order.

    Attributes:
        records: see ``facts``, "record".
    """

    __slots__ = ("_chunk", "_chunks", "_crc", "_is_long", "_left", "_with_crc", "records")

    def __init__(self, *, with_crc: bool) -> None:
        self.records: list[list[Any]] = []
        self._with_crc = with_crc

    def entry(self, path: str) -> None:
        """Record an entry."""
        self.records.append([path])

    def begin(self, size: int, member: int) -> None:
        """Record that the content of the latest entry follows, and begins with the given member."""
        self.records[-1].append(member)
        self._crc = Crc64()
        # What is in one piece has the digest of the file.
        self._is_long = size > compress.MEMBER_SIZE
        self._chunks: list[str] = []
        self._begin_chunk()

    def content(self, piece: memoryview) -> None:
        """Record a part of a file's content."""
        if self._with_crc:
            self._crc.update(piece)
        if not self._is_long:
            return
        while len(piece) > self._left:
            self._chunk.update(piece[: self._left])
            piece = piece[self._left :]
            self._chunks.append(self._chunk.hexdigest())
            self._begin_chunk()
        self._chunk.update(piece)
        self._left -= len(piece)

    def end(self) -> None:
        """Record that the content is complete."""
        if self._is_long:
            self._chunks.append(self._chunk.hexdigest())
        self.records[-1] += [self._chunks, self._crc.digest().hex() if self._with_crc else ""]

    def _begin_chunk(self) -> None:
        self._chunk = digest.sha256()
        self._left = compress.MEMBER_SIZE
