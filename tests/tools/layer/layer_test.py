"""Fragments become a layer: their order, and which fragments contradict each other."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from typing import TYPE_CHECKING, Any

import pytest

from tests.tools.deb_builder import Deb, Entry
from tests.tools.workbench import Failed, Fragment, Workbench

if TYPE_CHECKING:
    from pathlib import Path


def deb(name: str, *entries: Entry) -> Deb:
    return Deb(list(entries), name=name, md5sums=False)


def files(workbench: Workbench, origin: str, *params: tuple[str, Any]) -> Fragment:
    return workbench.fragment("files-fragment", ("origin", origin), *params)


def members(blob: Path) -> list[tarfile.TarInfo]:
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(blob.read_bytes()))) as archive:
        return list(archive)


def test_digest_and_diff_id_are_those_of_the_bytes(workbench: Workbench) -> None:
    one = workbench.package(deb("one", Entry("./usr/lib/one", b"1" * 5_000_000)))
    two = workbench.package(deb("two", Entry("./usr/lib/two", b"2")))
    blob, facts_path = workbench.layer(one, two)
    facts = json.loads(facts_path.read_text())
    data = blob.read_bytes()
    tar = gzip.decompress(data)
    assert facts["digest"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
    assert facts["diff_id"] == f"sha256:{hashlib.sha256(tar).hexdigest()}"
    assert (facts["size"], facts["uncompressed_size"]) == (len(data), len(tar))
    assert [package["name"] for package in facts["packages"]] == ["one", "two"]


def test_segments_are_copied_as_they_are(workbench: Workbench) -> None:
    one, two = (workbench.package(deb(name, Entry(f"./{name}", b"x"))) for name in ("one", "two"))
    blob, facts_path = workbench.layer(one, two)
    data = blob.read_bytes()
    for fragment, place in zip(
        (one, two), json.loads(facts_path.read_text())["fragments"], strict=True
    ):
        start, size = place["offset"], place["compressed_size"]
        assert data[start : start + size] == fragment.segment.read_bytes()


def test_directories_come_first_sorted_each_once(workbench: Workbench) -> None:
    one = workbench.package(deb("one", Entry("./usr/", mode=0o755), Entry("./usr/lib/a/x", b"")))
    two = workbench.package(deb("two", Entry("./usr/", mode=0o755), Entry("./opt/x", b"")))
    found = members(workbench.layer(one, two)[0])
    directories = [member.name for member in found if member.isdir()]
    assert directories == [
        "opt", "usr", "usr/lib", "usr/lib/a", "var", "var/lib", "var/lib/dpkg",
        "var/lib/dpkg/status.d",
    ]  # fmt: skip
    assert [member.isdir() for member in found] == sorted(
        (member.isdir() for member in found), reverse=True
    )


def test_modes_of_directories(workbench: Workbench) -> None:
    one = files(
        workbench,
        "//one",
        ("directory", {"path": "srv/a", "mode": "0755"}),
        ("directory", {"path": "srv/b", "mode": "0711"}),
        ("symlink", {"path": "tmp/x/link", "target": "y"}),
        ("symlink", {"path": "root/link", "target": "y"}),
    )
    two = files(
        workbench,
        "//two",
        ("directory", {"path": "srv/a", "mode": "2775", "gid": 50}),
        ("directory", {"path": "srv/b"}),
    )
    found = {member.name: member for member in members(workbench.layer(one, two)[0])}
    assert found["srv/a"].mode == 0o2775, "a chosen mode wins over the default"
    assert found["srv/a"].gid == 50
    assert found["srv/b"].mode == 0o711
    assert found["srv"].mode == 0o755
    assert found["tmp"].mode == 0o1777
    assert found["root"].mode == 0o700


def test_directories_look_as_they_do_below(workbench: Workbench) -> None:
    home = {"path": "home/nonroot", "mode": "0700", "uid": 65532, "gid": 65532}
    _, base = workbench.layer(files(workbench, "//base", ("directory", home)))
    application = files(workbench, "//app", ("symlink", {"path": "home/nonroot/x", "target": "y"}))
    blob, _ = workbench.layer(application, below=(base,))
    found = {member.name: member for member in members(blob)}
    assert (found["home/nonroot"].mode, found["home/nonroot"].uid) == (0o700, 65532)


def test_the_same_fragments_in_the_same_order_give_the_same_layer(workbench: Workbench) -> None:
    fragments = [
        workbench.package(deb(name, Entry(f"./usr/lib/{name}", name.encode()))) for name in "abc"
    ]
    first, second = workbench.layer(*fragments)[0], workbench.layer(*fragments)[0]
    assert first.read_bytes() == second.read_bytes()


def test_an_empty_layer_is_a_tar_file(workbench: Workbench) -> None:
    assert members(workbench.layer()[0]) == []


LINK = Entry("./lib", symlink="usr/lib")

CONFLICTS: dict[str, tuple[Deb, Deb, str]] = {
    "two files": (
        deb("one", Entry("./usr/x", b"1")),
        deb("two", Entry("./usr/x", b"2")),
        "usr/x: shipped twice (two different files): one 1.0-1 and two 1.0-1",
    ),
    "the same file with two modes": (
        deb("one", Entry("./usr/x", b"1")),
        deb("two", Entry("./usr/x", b"1", 0o755)),
        "usr/x: shipped twice (two different files): one 1.0-1 and two 1.0-1",
    ),
    "links to two targets": (
        deb("one", Entry("./usr/x", symlink="y")),
        deb("two", Entry("./usr/x", symlink="z")),
        "usr/x: shipped twice (two different symlinks): one 1.0-1 and two 1.0-1",
    ),
    "file and link": (
        deb("one", Entry("./usr/x", b"1")),
        deb("two", Entry("./usr/x", symlink="y")),
        "usr/x: shipped twice (a file against a symlink): one 1.0-1 and two 1.0-1",
    ),
    "file and directory": (
        deb("one", Entry("./usr/x", b"1")),
        deb("two", Entry("./usr/x/")),
        "a file against a directory",
    ),
    "below a file": (
        deb("one", Entry("./usr/x", b"1")),
        deb("two", Entry("./usr/x/y", b"2")),
        "usr/x/y: is below usr/x, which is a file: two 1.0-1 and one 1.0-1",
    ),
    "below a link": (
        deb("one", Entry("./usr/x", symlink="y")),
        deb("two", Entry("./usr/x/y/z", b"2")),
        "usr/x/y/z: is below usr/x, which is a symlink: two 1.0-1 and one 1.0-1",
    ),
    "directories of two modes": (
        deb("one", Entry("./srv/", mode=0o700)),
        deb("two", Entry("./srv/", mode=0o750)),
        "srv: a directory with two different modes or owners (0700 0:0 and 0750 0:0)",
    ),
}


@pytest.mark.parametrize("case", CONFLICTS)
@pytest.mark.parametrize("swapped", [False, True])
def test_conflicts_name_both_sides(workbench: Workbench, case: str, *, swapped: bool) -> None:
    one, two, message = CONFLICTS[case]
    fragments = [workbench.package(one), workbench.package(two)]
    if swapped:
        fragments.reverse()
    with pytest.raises(Failed) as failed:
        workbench.layer(*fragments)
    assert "one 1.0-1" in str(failed.value)
    assert "two 1.0-1" in str(failed.value)
    if not swapped:
        assert message in str(failed.value)


def test_equal_entries_are_no_conflict(workbench: Workbench) -> None:
    entries = (Entry("./usr/x", b"1"), Entry("./usr/y", symlink="x"))
    one, two = (workbench.package(deb(name, *entries)) for name in ("one", "two"))
    _, facts = workbench.layer(one, two)
    found = {entry["path"]: entry["origin"] for entry in json.loads(facts.read_text())["entries"]}
    assert found["usr/x"] == found["usr/y"] == "one 1.0-1"


def test_all_conflicts_are_reported_at_once(workbench: Workbench) -> None:
    one = deb("one", *(Entry(f"./usr/{name}", b"1") for name in "abcd"), Entry("./srv/x", b"1"))
    two = deb("two", *(Entry(f"./usr/{name}", b"2") for name in "abc"), Entry("./usr/d/e", b"2"))
    with pytest.raises(Failed) as failed:
        workbench.layer(workbench.package(one), workbench.package(two))
    message = str(failed.value)
    assert "usr/a: shipped twice (two different files): one 1.0-1 and two 1.0-1" in message
    assert "likewise usr/b, usr/c\n" in message
    assert "usr/d/e: is below usr/d, which is a file" in message
    assert message.count("with a path policy") == 1


def test_a_real_directory_over_a_merged_usr_link(workbench: Workbench) -> None:
    base = workbench.package(deb("base-files", LINK))
    own = files(workbench, "//app:files", ("symlink", {"path": "lib/x/y", "target": "z"}))
    with pytest.raises(Failed, match="would replace the merged-usr link /lib") as failed:
        workbench.layer(base, own)
    assert "//app:files and base-files 1.0-1" in str(failed.value)
    assert "ship it as usr/lib/x/y" in str(failed.value)


def test_a_segment_that_does_not_fit_its_facts(workbench: Workbench) -> None:
    fragment = workbench.package(deb("one", Entry("./x", b"1")))
    whole = fragment.segment.read_bytes()
    for data, message in ((whole[:-1], "shorter"), (whole + b"\0", "longer")):
        fragment.segment.write_bytes(data)
        with pytest.raises(Failed, match=message):
            workbench.layer(fragment)
