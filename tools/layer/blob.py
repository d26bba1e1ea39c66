"""The blob of a layer while it is written."""

from __future__ import annotations

from tools.errors import PlinthError
from tools.layer.compress import MemberWriter
from tools.tar import digest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Any

    from tools.layer.compress import Compressor
    from tools.layer.facts import Facts


class BlobWriter:
    """Counts and hashes a layer, both compressed and unpacked.

    Attributes:
        digest: of the compressed bytes.
        diff_id: of the tar.
        size: compressed bytes.
        tar_size: uncompressed bytes.
    """

    def __init__(self, out: IO[bytes], codec: Compressor) -> None:
        self.digest = digest.sha256()
        self.diff_id = digest.sha256()
        self.size = 0
        self.tar_size = 0
        self._out = out
        self._codec = codec

    def add(self, tar: bytes) -> None:
        """Compress a part of the archive; it begins a member."""
        members = MemberWriter(self._codec, self.add_raw)
        members.write(tar)
        members.close()
        self._count(tar)

    def add_member(self, tar: bytes) -> None:
        """Compress a part of the archive as one member of any length."""
        self.add_raw(self.compressed(tar))
        self._count(tar)

    def add_raw(self, data: bytes | bytearray | memoryview) -> None:
        """Write bytes that are not part of the archive, or already compressed."""
        self._out.write(data)
        self.digest.update(data)
        self.size += len(data)

    def add_segment(self, path: str, facts: Facts) -> list[int]:
        """Copy a segment; gives where its members begin, and where the last one ends.

        Raises:
            PlinthError: it is not what its facts say.
        """
        described, origin = facts["segment"], facts["origin"]
        if described["compression"] != self._codec.name:
            raise PlinthError(f"{origin}: {path} is not {self._codec.name}-compressed")
        offsets = [self.size]
        with open(path, "rb", buffering=0) as stream:
            for compressed_size, size in described["members"]:
                member = bytearray(compressed_size)
                if stream.readinto(member) != compressed_size:
                    raise PlinthError(f"{origin}: {path} is shorter than its facts say")
                self.add_raw(member)
                self._count(self._codec.decompress(member, size))
                offsets.append(self.size)
            if stream.read(1):
                raise PlinthError(f"{origin}: {path} is longer than its facts say")
        return offsets

    def compressed(self, data: bytes) -> bytes:
        """Return data as one member, which is not written."""
        return bytes(self._codec.compress(bytearray(data), len(data)))

    def _count(self, tar: bytes | memoryview) -> None:
        self.diff_id.update(tar)
        self.tar_size += len(tar)


def place(facts: Facts, offsets: list[int]) -> dict[str, Any]:
    """Record in the facts of a layer where one of its segments is."""
    dropped = facts.get("dropped", {}).get("libraries")
    return {
        "origin": facts["origin"],
        "package": facts["package"]["name"] if facts["package"] else facts.get("completes"),
        "offset": offsets[0],
        "compressed_size": offsets[-1] - offsets[0],
        "size": facts["segment"]["size"],
        **({"dropped_libraries": dropped} if dropped else {}),
    }
