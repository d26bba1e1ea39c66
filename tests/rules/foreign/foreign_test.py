"""What is known of images of other tools, and of the layers above them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.container.container import Container

RUNFILES = os.environ["RUNFILES_DIR"]


def built(name: str) -> Path:
    (path,) = os.environ[name].split()
    return Path(RUNFILES, path)


def document(name: str) -> Any:
    return json.loads(built(name).read_text())


def spdx_purls(name: str) -> list[str]:
    (path,) = [path for path in os.environ[f"{name}_SBOM"].split() if path.endswith(".spdx.json")]
    packages = json.loads(Path(RUNFILES, path).read_text())["packages"]
    return [
        reference["referenceLocator"]
        for package in packages
        for reference in package.get("externalRefs", ())
        if reference["referenceType"] == "purl"
    ]


@pytest.mark.parametrize(
    ("distribution", "beginning", "end"),
    [
        ("DEBIAN", "pkg:deb/debian/libc6@2.", "&distro=debian-13&upstream=glibc"),
        ("UBUNTU", "pkg:deb/ubuntu/libc6@2.", "&distro=ubuntu-24.04&upstream=glibc"),
        ("ALPINE", "pkg:apk/alpine/tool@1.0-r3?arch=", "&distro=alpine-3.20.3&upstream=tools"),
        ("WOLFI", "pkg:apk/wolfi/tool@1.0-r3?arch=", "&distro=wolfi-20230201&upstream=tools"),
    ],
)
def test_distributions_are_recognised(distribution: str, beginning: str, end: str) -> None:
    found = [purl for purl in spdx_purls(distribution) if purl.startswith(beginning)]
    assert len(found) == 1, spdx_purls(distribution)
    assert found[0].endswith(end)


def test_what_the_base_has_is_left_out() -> None:
    layer = document("LIBRARY")
    assert [package["name"] for package in layer["packages"]] == ["libstdc++6"]
    assert layer["created_by"].startswith("apt: libstdc++6=")
    assert layer["created_by"].count("=") == 1
    paths = {entry["path"] for entry in layer["entries"]}
    assert "etc/ld.so.cache" in paths, "made again, for the base's libraries as well"
    assert not any("libc.so.6" in path for path in paths)


def test_a_program_and_its_library_run_on_a_foreign_base() -> None:
    ran = Container(str(built("IMAGE"))).run("--version")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("1.")


def test_accounts_of_the_base_stay() -> None:
    (passwd,) = [e for e in document("ACCOUNTS")["entries"] if e["path"] == "etc/passwd"]
    names = [line.partition(":")[0] for line in passwd["text"].splitlines()]
    assert names == ["root", "daemon", "app"]


def test_what_is_missing_is_found_on_a_foreign_base() -> None:
    assert "libstdc++.so.6" in built("INCOMPLETE").read_text()


def test_bills_of_materials_have_the_packages_of_both() -> None:
    found = {purl.partition("@")[0] for purl in spdx_purls("IMAGE")}
    names = {"base-files", "libc6", "libstdc%2B%2B6", "ninja-build"}
    assert {f"pkg:deb/debian/{name}" for name in names} <= found


def test_reports_look_into_the_base() -> None:
    (surface,) = document("SURFACE")["images"]
    assert surface["numbers"]["layers"] == 5
    assert surface["numbers"]["packages"] >= 6
    text = json.dumps(document("DIFF"))
    assert "libstdc++6" in text
    assert "base-files" not in text
    (transfer,) = document("TRANSFER")["transfers"]
    assert [layer["held"] for layer in transfer["layers"]][:2] == [True, True]
    assert "made by another tool" not in built("REPORT").read_text()
