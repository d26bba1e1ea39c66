"""Writes a fragment: a segment of compressed tar entries and the facts about them.

A segment holds no directories and no end-of-archive. Directories are facts, which the layer
writes once for all of its fragments; so a segment never depends on the image it goes to.

Every fragment verb takes
    out_segment         compressed tar entries: no directories, no end-of-archive
    out_facts           JSON about it (see ``tools/layer/facts.py``)
    origin?             who brought the files, for error messages: a label or a package
    component?          what the files are, for the SBOM, if no Debian package: see ``facts.py``
    compression?        {"format", "level"?}; format is gzip (default) or estargz, with levels 1 to
                        12, or zstd or zstd:chunked, with levels 1 to 19; without level, or with 0,
                        the format's own default
"""

from __future__ import annotations

import os

from tools.action import json_text
from tools.errors import PlinthError
from tools.layer.compress import WITH_TOC, ZSTD_CHUNKED, MemberWriter, compressor
from tools.layer.content import START, describe_content, worth_reading
from tools.layer.entry_header import XATTR, entry_header
from tools.layer.facts import VERSION
from tools.layer.toc_records import TocRecords
from tools.tar import digest
from tools.tar.header import padding
from tools.tar.reader import WHITEOUT, decode_name, encode_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from tools.action.params import Params
    from tools.layer.facts import ComponentFacts, Entry, Facts, Segment

FRAGMENT_KEYS = ("out_segment", "out_facts", "origin", "compression", "component")
"""The keys of all fragment verbs."""

_LARGEST_IN_MEMORY = 16 << 20
_ZEROS = bytes(512)


class FragmentError(PlinthError):
    """A file that cannot go into a fragment.

    Attributes:
        origin: the package or label that brought it.
        path: of the file in the image.
    """

    def __init__(self, origin: str, path: str, problem: str, cure: str = "") -> None:
        self.origin = origin
        self.path = path
        shown = path.encode("utf-8", "backslashreplace").decode()
        origin = "//" + origin.removeprefix("@@//") if origin.startswith("@@//") else origin
        super().__init__(f"{origin}: {shown}: {problem}" + (f"\n  {cure}" if cure else ""))


class FragmentWriter:
    """Collects entries; each path once.

    A second entry for a path is accepted when it is the same in every respect, else refused.

    Attributes:
        origin: who brought the files.
        component: the software of all files, if not a Debian package; see ``facts``.
        generated: the kind of the following entries, if a writer makes them; see ``facts``.
    """

    def __init__(self, params: Params, origin: str) -> None:
        """Start writing to ``out_segment`` of ``params``."""
        self.origin: str = params.optional("origin") or origin
        self._compressor = compressor(params.optional("compression"))
        self.component: ComponentFacts | None = params.optional("component")
        self._facts_path = params.path("out_facts")
        self._segment_path = params.path("out_segment")
        self._segment = open(self._segment_path, "wb")  # noqa: SIM115 - closed by finish()
        self._members = MemberWriter(self._compressor, self._segment.write)
        self._entries: dict[str, Entry] = {}
        self._spans: dict[int, tuple[int, str, str]] = {}
        self.generated = ""
        name = self._compressor.name
        self._toc: TocRecords | None = None
        if name in WITH_TOC:
            self._toc = TocRecords(with_crc=name == ZSTD_CHUNKED)

    def __contains__(self, path: str) -> bool:
        return path in self._entries

    def entry(self, path: str) -> Entry:
        """Return the facts of a path that was added."""
        return self._entries[path]

    def paths(self) -> Iterable[str]:
        """Every path that was added so far."""
        return self._entries.keys()

    def directory(self, path: str, *, mode: int = 0o755, uid: int = 0, gid: int = 0) -> None:
        """Record a directory; the layer writes it."""
        self._note({"path": path, "type": "directory", "mode": mode, "uid": uid, "gid": gid})

    def symlink(self, path: str, target: str, *, uid: int = 0, gid: int = 0) -> None:
        """Add a symbolic link. ``target`` is written as it is."""
        entry: Entry = {
            "path": path, "type": "symlink", "mode": 0o777, "uid": uid, "gid": gid,
            "target": target,
        }  # fmt: skip
        if self._note(entry):
            self._header(entry)

    def hardlink(self, path: str, target: str) -> None:
        """Add a second name of a file added before.

        Raises:
            FragmentError: no such file was added.
        """
        file = self._entries.get(target)
        while file and file["type"] == "hardlink":
            file = self._entries[file["target"]]
        if not file or file["type"] != "file":
            raise FragmentError(
                self.origin, path, f"a hard link to {target}, which is no file here"
            )
        mode, uid, gid = file["mode"], file["uid"], file["gid"]
        entry: Entry = {
            "path": path, "type": "hardlink", "mode": mode, "uid": uid, "gid": gid,
            "target": file["path"],
        }  # fmt: skip
        if self._note(entry):
            self._header(entry)

    def content(
        self, path: str, data: bytes, *, mode: int = 0o644, uid: int = 0, gid: int = 0
    ) -> None:
        """Add a regular file from its content in memory."""
        self.file(path, len(data), (memoryview(data),), mode=mode, uid=uid, gid=gid)

    def file(  # noqa: PLR0913
        self,
        path: str,
        size: int,
        pieces: Iterable[memoryview],
        *,
        mode: int = 0o644,
        uid: int = 0,
        gid: int = 0,
        attributes: dict[bytes, bytes] | None = None,
        also: Callable[[memoryview], Any] | None = None,
        described: Entry | None = None,
    ) -> None:
        """Add a regular file.

        Args:
            path: in the image.
            size: of the content in bytes.
            pieces: the content.
            mode: permission bits, including setuid, setgid and sticky.
            uid: of the owner.
            gid: of the owner.
            attributes: extended attributes as pax records.
            also: called with every piece, to hash it with another algorithm, say.
            described: further facts of the entry.
        """
        entry: Entry = {
            "path": path, "type": "file", "mode": mode, "uid": uid, "gid": gid, "size": size,
        }  # fmt: skip
        entry.update(described or {})
        if attributes:
            entry["xattrs"] = {
                decode_name(key.removeprefix(XATTR)): value.hex()
                for key, value in attributes.items()
            }
        # SPDX asks for SHA-1 of every file; where a CPU has instructions for both, it costs little.
        sha1, sha256, written = digest.sha1(usedforsecurity=False), digest.sha256(), 0
        takers: list[Callable[[memoryview], Any]] = [sha1.update, sha256.update]
        toc: TocRecords | None = None
        if path not in self._entries:
            self._span(path)
            self._header(entry)
            toc = self._toc if size else None
            if toc:
                toc.begin(size, self._members.cut())
                takers.append(toc.content)
            takers.append(self._members.write)
        if also:
            takers.append(also)
        keep: _Capture | None = None
        for piece in _with_whole_start(pieces):
            if not written and worth_reading(path, size, bytes(piece[:START])):
                keep = _Capture(self._segment_path, size)
                takers.append(keep.write)
            for take in takers:
                take(piece)
            written += len(piece)
        if written != size:
            raise FragmentError(self.origin, path, f"has {written} bytes instead of {size}")
        entry.update({"sha1": sha1.hexdigest(), "sha256": sha256.hexdigest()})
        if keep:
            keep.describe(entry)
        if toc:
            toc.end()
        if self._note(entry):
            self._members.write(_ZEROS[: padding(size)])

    def finish(self, more: Facts | None = None, *, made_over: Iterable[str] | None = None) -> None:
        """Write the last member and the facts.

        Args:
            more: further facts; the package that the files are of, say.
            made_over: digests of the layers that the files were generated for; they may replace
                what these have.
        """
        self._members.close()
        more = more or {}
        if made_over is not None:
            more["made_over"] = sorted(made_over)
            for entry in self._entries.values():
                entry["generated"] = "configured"
        self._segment.close()
        facts: Facts = {
            "version": VERSION,
            "origin": self.origin,
            "package": None,
            "entries": [self._entries[path] for path in sorted(self._entries, key=encode_name)],
            "segment": self.segment,
            **({"component": self.component} if self.component else {}),
            **more,
        }
        json_text.write(self._facts_path, facts)

    @property
    def segment(self) -> Segment:
        """Return the facts of the finished segment."""
        return {
            "size": self._members.size_bytes,
            "compressed_size": sum(member[0] for member in self._members.members),
            "compression": self._compressor.name,
            "members": self._members.members,
            **({"toc": self._toc.records} if self._toc else {}),
            **({"spans": list(self._spans.items())} if self._is_divided else {}),
        }

    @property
    def _is_divided(self) -> bool:
        return len(self._members.members) > 1 and not self._toc

    def _span(self, path: str) -> None:
        """Record in which member a file begins, so that it is found without unpacking others."""
        number, offset = len(self._members.members), self._members.size_bytes
        begin, first, last = self._spans.get(number, (offset, path, path))
        self._spans[number] = (begin, min(first, path), max(last, path))

    def _note(self, entry: Entry) -> bool:
        """Record an entry; return False if an equal one is there already."""
        path = entry["path"]
        if not path or path.startswith("/") or not {"", ".", ".."}.isdisjoint(path.split("/")):
            raise FragmentError(
                self.origin, path, "not a relative path", "write it from the root: usr/bin/name"
            )
        if path.startswith(WHITEOUT) or "/" + WHITEOUT in path:
            raise FragmentError(
                self.origin, path, "would delete a file of a layer below", "rename it"
            )
        if self.generated and entry["type"] != "directory":
            entry["generated"] = self.generated
        earlier = self._entries.setdefault(path, entry)
        if earlier is not entry and earlier != entry:
            raise FragmentError(
                self.origin,
                path,
                "is there twice, and the two differ",
                "keep one of the two, or give one another path",
            )
        return earlier is entry

    def _header(self, entry: Entry) -> None:
        self._members.write(entry_header(entry))
        if self._toc:
            self._toc.entry(entry["path"])


def _with_whole_start(pieces: Iterable[memoryview]) -> Iterator[memoryview]:
    """Yield the pieces, joined until the first has ``START`` bytes."""
    pieces = iter(pieces)
    start = next(pieces, memoryview(b""))
    while len(start) < START:
        following = next(pieces, None)
        if following is None:
            break
        start = memoryview(bytes(start) + bytes(following))
    if start:
        yield start
    yield from pieces


class _Capture:
    """The content of a file whose facts need more than a hash; on disk if it is large."""

    def __init__(self, near: str, size: int) -> None:
        self._memory = bytearray()
        self._spool = None
        if size > _LARGEST_IN_MEMORY:
            self._spool = open(near + ".elf", "w+b")  # noqa: SIM115 - closed by describe()
            os.unlink(near + ".elf")

    def write(self, piece: memoryview) -> None:
        if self._spool:
            self._spool.write(piece)
        else:
            self._memory += piece

    def describe(self, entry: Entry) -> None:
        if self._spool:
            import mmap  # noqa: PLC0415 - seldom needed

            self._spool.flush()
            with self._spool, mmap.mmap(self._spool.fileno(), 0, prot=mmap.PROT_READ) as data:
                entry.update(describe_content(entry["path"], data))
        else:
            entry.update(describe_content(entry["path"], self._memory))
