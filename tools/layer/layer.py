"""The verb ``layer``: fragments laid end to end become one layer.

One member holds every directory, sorted; then come the segments, as they are; then the
end-of-archive. Only the first and the last are compressed here: the rest is copied and hashed.
"""

from __future__ import annotations

from tools.debian.errors import PlinthError
from tools.layer import digest, json_text
from tools.layer.compress import MemberWriter, compressor
from tools.layer.facts import VERSION, read_facts
from tools.layer.merge import merge_entries
from tools.layer.tar_header import DIRECTORY, ZERO_BLOCK, format_header
from tools.layer.tar_reader import encode_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Any

    from tools.layer.compress import Compressor
    from tools.layer.facts import Entry, Facts
    from tools.layer.params import Params

_KEYS = ("segment", "out_layer", "out_facts", "created_by", "compression", "below")


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        PlinthError: fragments contradict each other, or a segment does not fit its facts.
    """
    params.only(_KEYS)
    codec = compressor(params.optional("compression"))
    segments = [(item["segment"], read_facts(item["facts"])) for item in params.many("segment")]
    below = [read_facts(path) for path in params.many("below")]
    entries = merge_entries((facts for _, facts in segments), below)
    with open(params.path("out_layer"), "wb") as out:
        blob = _Blob(out, codec)
        blob.directories(entry for entry in entries if entry["type"] == "directory")
        fragments = [blob.segment(path, facts) for path, facts in segments]
        blob.end()
    json_text.write(
        params.path("out_facts"),
        {
            "version": VERSION,
            "media_type": codec.media_type,
            "digest": f"sha256:{blob.digest.hexdigest()}",
            "diff_id": f"sha256:{blob.diff_id.hexdigest()}",
            "size": blob.size_bytes,
            "uncompressed_size": blob.tar_bytes,
            "created_by": params.optional("created_by") or "plinth",
            "packages": [facts["package"] for _, facts in segments if facts["package"]],
            "components": [
                {**facts["component"], "origin": facts["origin"]}
                for _, facts in segments
                if facts.get("component")
            ],
            "fragments": fragments,
            "entries": entries,
        },
    )


class _Blob:
    """A layer being written: counts and hashes it both as it is and as it unpacks.

    Attributes:
        digest: of the compressed bytes.
        diff_id: of the tar.
        size_bytes: compressed.
        tar_bytes: uncompressed.
    """

    def __init__(self, out: IO[bytes], codec: Compressor) -> None:
        self.digest = digest.sha256()
        self.diff_id = digest.sha256()
        self.size_bytes = 0
        self.tar_bytes = 0
        self._out = out
        self._codec = codec

    def directories(self, entries: Any) -> None:
        """Write one entry per directory, parents first."""
        headers = [_directory_header(entry) for entry in entries]
        self._compress(b"".join(headers))

    def segment(self, path: str, facts: Facts) -> dict[str, Any]:
        """Copy a segment; gives where it lies in the layer."""
        described = facts["segment"]
        if described["compression"] != self._codec.name:
            raise PlinthError(f"{facts['origin']}: {path} is not {self._codec.name}-compressed")
        place = {
            "origin": facts["origin"],
            "package": facts["package"] and facts["package"]["name"],
            "offset": self.size_bytes,
            "compressed_size": described["compressed_size"],
            "size": described["size"],
        }
        with open(path, "rb", buffering=0) as stream:
            for compressed_size, size in described["members"]:
                member = bytearray(compressed_size)
                if stream.readinto(member) != compressed_size:
                    raise PlinthError(f"{facts['origin']}: {path} is shorter than its facts say")
                self._write(member)
                tar = self._codec.decompress(member, size)
                self.diff_id.update(tar)
                self.tar_bytes += size
            if stream.read(1):
                raise PlinthError(f"{facts['origin']}: {path} is longer than its facts say")
        return place

    def end(self) -> None:
        """Write the end of the archive: two blocks of zeros."""
        self._compress(ZERO_BLOCK * 2)

    def _compress(self, tar: bytes) -> None:
        members = MemberWriter(self._codec, self._write)
        members.write(tar)
        members.close()
        self.diff_id.update(tar)
        self.tar_bytes += len(tar)

    def _write(self, data: bytes | bytearray | memoryview) -> None:
        self._out.write(data)
        self.digest.update(data)
        self.size_bytes += len(data)


def _directory_header(entry: Entry) -> bytes:
    return format_header(
        encode_name(entry["path"]) + b"/",
        typeflag=DIRECTORY,
        mode=entry["mode"],
        uid=entry["uid"],
        gid=entry["gid"],
    )
