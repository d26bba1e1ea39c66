"""Layers of packages on images of other tools: what is there already is left out."""

from __future__ import annotations

import json
import tarfile
from typing import TYPE_CHECKING, Any

import pytest

from tests.tools.deb_builder import Deb, Entry
from tests.tools.workbench import Failed

if TYPE_CHECKING:
    from tests.tools.workbench import Workbench


def put_on(workbench: Workbench, *present: dict[str, Any]) -> dict[str, Any]:
    """Facts of a layer of libx 1.0-1 and of app, which needs it, on a foreign image."""
    base = workbench.directory / "base.layers.json"
    layer = {"digest": "sha256:1", "packages": present, "entries": [], "foreign": True}
    base.write_text(json.dumps({"version": 1, "layers": [layer]}))
    depends = "Depends: libx (>= 1.0)\n"
    debs = [
        Deb([Entry("./usr/lib/libx.so.1")], name="libx", version="1.0-1"),
        Deb([Entry("./usr/bin/app")], name="app", version="1.0-1", control_fields=depends),
    ]
    out = workbench.directory / "top"
    workbench.run(
        "layer",
        *(("segment", workbench.package(deb).param) for deb in debs),
        ("below", str(base)),
        ("created_by", "apt: libx=1.0-1 app=1.0-1"),
        ("out_layer", str(out)),
        ("out_facts", f"{out}.json"),
    )
    facts: dict[str, Any] = json.loads(out.with_suffix(".json").read_text())
    return facts


def test_a_package_that_is_not_there_is_taken(workbench: Workbench) -> None:
    facts = put_on(workbench, {"name": "liby", "version": "1"})
    assert [package["name"] for package in facts["packages"]] == ["libx", "app"]
    assert facts["created_by"] == "apt: libx=1.0-1 app=1.0-1"


@pytest.mark.parametrize("version", ["1.0-1", "1.0-1+deb13u1", "2.0"])
def test_a_package_that_is_there_stays_in_its_version(workbench: Workbench, version: str) -> None:
    facts = put_on(workbench, {"name": "libx", "version": version})
    assert [package["name"] for package in facts["packages"]] == ["app"]
    assert facts["created_by"] == "apt: app=1.0-1"
    assert "usr/lib/libx.so.1" not in {entry["path"] for entry in facts["entries"]}


def test_a_package_that_is_too_old_is_refused(workbench: Workbench) -> None:
    with pytest.raises(Failed) as failed:
        put_on(workbench, {"name": "libx", "version": "0.9-1"})
    assert "app 1.0-1 depends on libx (>= 1.0), but libx 0.9-1 is below" in str(failed.value)
    assert "of its own release" in str(failed.value)


def test_packages_of_debian_do_not_go_on_alpine(workbench: Workbench) -> None:
    with pytest.raises(Failed, match="the base has packages of apk, such as musl: they do not"):
        put_on(workbench, {"type": "apk", "name": "musl", "version": "1.2.5-r0"})


def complete(workbench: Workbench, *paths: str, version: str = "1.0-1") -> dict[str, Any]:
    """Facts of a layer with libx 1.0-1, asked for, on an image that has some paths of it."""
    base = workbench.directory / "base.layers.json"
    look = {"mode": 0o644, "uid": 0, "gid": 0}
    below = {
        "digest": "sha256:1",
        "packages": [{"name": "libx", "version": version}],
        "entries": [
            {"path": path, "type": "file", "sha1": "", "sha256": path, "size": 1, **look}
            for path in paths
        ],
        "foreign": True,
    }
    base.write_text(json.dumps({"version": 1, "layers": [below]}))
    libx = Deb(
        [
            Entry("./usr/bin/", mode=0o755),
            Entry("./usr/bin/x", b"x", 0o755),
            Entry("./usr/bin/y", hardlink="./usr/bin/x"),
            Entry("./usr/share/doc/libx/copyright", b"free"),
        ],
        name="libx",
        version="1.0-1",
    )
    out = workbench.directory / "top"
    workbench.run(
        "layer",
        ("segment", workbench.package(libx).param),
        ("below", str(base)),
        ("asked", "libx"),
        ("created_by", "apt: libx=1.0-1"),
        ("out_layer", str(out)),
        ("out_facts", f"{out}.json"),
    )
    facts: dict[str, Any] = json.loads(out.with_suffix(".json").read_text())
    with tarfile.open(out) as archive:
        members = {member.name for member in archive if not member.isdir()}
    assert members == files(facts)
    return facts


def files(facts: dict[str, Any]) -> set[str]:
    """Paths of a layer, without directories."""
    return {entry["path"] for entry in facts["entries"] if entry["type"] != "directory"}


def test_a_package_that_is_there_in_part_is_completed_when_it_is_asked_for(
    workbench: Workbench,
) -> None:
    facts = complete(workbench, "usr/share/doc/libx/copyright")
    assert files(facts) == {"usr/bin/x", "usr/bin/y"}
    assert facts["packages"] == []  # it is that of the layer below
    assert facts["fragments"][0]["package"] == "libx"  # whose files they are, for the SBOM
    assert facts["created_by"] == "apt: libx=1.0-1"


def test_a_hard_link_takes_along_what_it_leads_to(workbench: Workbench) -> None:
    facts = complete(workbench, "usr/share/doc/libx/copyright", "usr/bin/x")
    assert files(facts) == {"usr/bin/x", "usr/bin/y"}


def test_of_a_whole_package_nothing_comes_again(workbench: Workbench) -> None:
    paths = ("usr/share/doc/libx/copyright", "bin/x", "usr/bin/y")
    facts = complete(workbench, *paths)
    assert (files(facts), facts["fragments"], facts["created_by"]) == (set(), [], "apt:")


def test_files_of_two_versions_of_a_package_do_not_meet(workbench: Workbench) -> None:
    assert files(complete(workbench, version="1.0-1+deb13u1")) == set()
