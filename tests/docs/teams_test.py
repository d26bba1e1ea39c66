"""The pages for platform and security teams, done as they say, each from an empty directory."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.docs.walkthrough import File, steps
from tests.integration.nested_bazel import NestedBazel, source_tree


def _tracker(fixed: str) -> str:
    """Return data of the tracker: two vulnerabilities of tzdata, one with a statement."""
    release = {"status": "resolved", "urgency": "medium", "repositories": {"trixie": "1"}}
    return json.dumps(
        {
            "tzdata": {
                "CVE-2026-1000": {"releases": {"trixie": release | {"fixed_version": "9999a-1"}}},
                "CVE-2026-2000": {"releases": {"trixie": release | {"fixed_version": fixed}}},
            }
        }
    )


@dataclass(frozen=True)
class Reader:
    """A workspace in which a page was done, and what its commands printed."""

    workspace: Path
    bazel: NestedBazel
    printed: dict[tuple[str, ...], str]


@pytest.fixture
def reader(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Reader]:
    """Provide what a reader has after writing all files of a page and typing all commands."""
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    # The module as it is here, not as it was published; and images that can be looked into.
    (workspace / ".bazelrc").write_text(
        f"common --lockfile_mode=off --override_module=rules_plinth={source_tree()}\n"
        "build --output_groups=+oci_layout\n"
    )
    (workspace / "tracker.json").write_text(_tracker(fixed="2000a-1"))
    bazel = NestedBazel(str(workspace), str(tmp_path / "output_base"))
    printed = {}
    try:
        for step in steps(Path("docs", request.param).read_text(encoding="utf-8")):
            if isinstance(step, File):
                step.write(workspace)
                continue
            done = bazel.run(*step.words[1:])
            assert done.returncode == 0, f"{step.words}\n{done.stdout}\n{done.stderr}"
            printed[step.words[1:]] = done.stdout
        yield Reader(workspace, bazel, printed)
    finally:
        bazel.shut_down()


@pytest.mark.parametrize("reader", ["platform-team.md"], indirect=True)
def test_a_platform_team_has_a_base_and_a_lock(reader: Reader) -> None:
    index = json.loads((reader.workspace / "bazel-bin/python/index/index.json").read_text())
    assert index["manifests"], "an index of images"
    assert (reader.workspace / "debian13.lock.json").exists()
    build = reader.workspace / "python/BUILD.bazel"
    build.write_text(build.read_text().replace('"20MB"', '"1MB"'))
    done = reader.bazel.run("test", "//python:budget_test", "--test_output=all")
    assert done.returncode != 0
    assert "the budget is 1.0 MB" in done.stdout + done.stderr


@pytest.mark.parametrize("reader", ["security-team.md"], indirect=True)
def test_a_security_team_has_gates_and_evidence(reader: Reader) -> None:
    bom = json.loads((reader.workspace / "bazel-bin/image.sbom.spdx.json").read_text())
    assert "tzdata" in {package["name"] for package in bom["packages"]}
    assert os.path.getsize(reader.workspace / "bazel-bin/image.provenance.intoto.json")
    assert "runs as root" in reader.printed["run", "//:image.surface"]
    # A statement is for one vulnerability, and not for another one of the package.
    (reader.workspace / "tracker.json").write_text(_tracker(fixed="9999a-1"))
    done = reader.bazel.run("test", "//:advisory_test", "--test_output=all")
    assert done.returncode != 0
    assert "CVE-2026-2000" in done.stdout + done.stderr
