"""Segments that are made again with only some of their files."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

import pytest

from tests.tools.deb_builder import Deb, Entry
from tools.errors import PlinthError
from tools.layer.rewriting import only
from tools.tar.decompress import decompress
from tools.tar.reader import read_tar

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tools.workbench import Fragment, Workbench
    from tools.layer.facts import Facts

LONG = "./usr/share/" + "long/" * 30 + "name"
NOISE = random.Random(1).randbytes(5 << 19)  # noqa: S311 - it does not compress


def large(workbench: Workbench, compression: str) -> Fragment:
    """Return a package whose segment has several members."""
    entries = [
        Entry("./usr/bin/first", b"first", 0o4755),
        Entry("./usr/lib/large", NOISE),
        Entry("./usr/lib/link", hardlink="./usr/lib/large"),
        Entry("./usr/lib/short", symlink="large"),
        Entry(LONG, b"long"),
        Entry("./usr/lib/second", NOISE[: 1 << 20]),
    ]
    options = ("compression", {"format": compression})
    return workbench.package(Deb(entries, compression=""), ("policy", {}), options)


def remade(fragment: Fragment, compression: str, *gone: str) -> tuple[Facts, Path]:
    """Make the segment again without some paths."""
    facts: Facts = fragment.facts  # type: ignore[assignment]
    facts["entries"] = [entry for entry in facts["entries"] if entry["path"] not in gone]
    out = fragment.segment.with_suffix(".again")
    return only(str(fragment.segment), facts, str(out), {"format": compression}), out


def contents(segment: Path, compression: str) -> dict[str, bytes]:
    """Return the files and links of a segment."""
    suffix = "zst" if "zst" in compression else "gz"
    pieces = [*decompress(suffix, memoryview(segment.read_bytes())), bytes(1024)]
    return {
        entry.path: b"".join(map(bytes, entry.body())) or entry.target.encode()
        for entry in read_tar(iter(pieces))
    }


@pytest.mark.parametrize("compression", ["gzip", "zstd", "estargz", "zstd:chunked"])
def test_what_is_left_is_unchanged(workbench: Workbench, compression: str) -> None:
    fragment = large(workbench, compression)
    expected = contents(fragment.segment, compression)
    for gone in (
        {"usr/bin/first"},
        {LONG.removeprefix("./"), "usr/lib/short"},
        {"usr/lib/large", "usr/lib/link"},
        {"usr/lib/second"},
    ):
        facts, segment = remade(fragment, compression, *gone)
        assert gone < expected.keys()
        assert contents(segment, compression) == {
            path: content for path, content in expected.items() if path not in gone
        }
        assert sum(size for size, _ in facts["segment"]["members"]) == segment.stat().st_size


def test_members_without_a_file_that_goes_are_copied(workbench: Workbench) -> None:
    fragment = large(workbench, "gzip")
    before = fragment.facts["segment"]["members"]
    after = remade(fragment, "gzip", "usr/bin/first")[0]["segment"]["members"]
    assert len(after) == len(before)
    assert [list(member) for member in after[1:]] == before[1:]


def test_a_layer_of_such_a_segment_is_whole(workbench: Workbench) -> None:
    fragment = large(workbench, "gzip")
    facts, segment = remade(fragment, "gzip", "usr/bin/first")
    fragment.segment.write_bytes(segment.read_bytes())
    changed = {**fragment.facts, "entries": facts["entries"], "segment": facts["segment"]}
    fragment.facts_path.write_text(json.dumps(changed))
    blob, _ = workbench.layer(fragment)
    assert "usr/lib/second" in contents(blob, "gzip")


def test_a_segment_that_is_not_as_its_facts_say_is_refused(workbench: Workbench) -> None:
    fragment = large(workbench, "gzip")
    facts = fragment.facts
    facts["segment"]["size"] += 512
    fragment.facts_path.write_text(json.dumps(facts))
    with pytest.raises(PlinthError, match="its segment is not as Plinth writes it"):
        remade(fragment, "gzip", "usr/bin/first")
