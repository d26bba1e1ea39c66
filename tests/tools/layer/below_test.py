"""Layers of packages on images of other tools: what is there already is left out."""

from __future__ import annotations

import json
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
    assert "app 1.0-1 depends on libx (>= 1.0), but libx 0.9-1 lies below" in str(failed.value)
    assert "of its own release" in str(failed.value)


def test_packages_of_debian_do_not_go_on_alpine(workbench: Workbench) -> None:
    with pytest.raises(Failed, match="the base has packages of apk, such as musl: they do not"):
        put_on(workbench, {"type": "apk", "name": "musl", "version": "1.2.5-r0"})
