"""A team's own lock in the place of the one that Plinth's base images come with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.nested_bazel import NestedBazel, source_tree

MODULE = """
module(name = "team")
bazel_dep(name = "rules_plinth")
apt = use_extension("@rules_plinth//rules:apt.bzl", "apt")
apt.override(name = "plinth_debian13", lock = "//:debian13.lock.json")
use_repo(apt, "plinth_debian13")
"""
BUILD = """
load("@rules_plinth//rules:apt.bzl", "apt_lock")
apt_lock(
    name = "debian13.lock",
    lock = "debian13.lock.json",
    manifest = "@rules_plinth//base:debian13.yaml",
)
"""
SHOW = """
load("@plinth_debian13//:lock.bzl", "VERSIONS")
print("media-types is " + VERSIONS["amd64"]["media-types"])
"""
BASE = "@rules_plinth//base/base:debian13"


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, NestedBazel]]:
    """Provide the workspace of a team that has no lock yet."""
    directory = tmp_path_factory.mktemp("team")
    workspace = directory / "workspace"
    workspace.joinpath("show").mkdir(parents=True)
    workspace.joinpath("MODULE.bazel").write_text(MODULE)
    workspace.joinpath("BUILD.bazel").write_text(BUILD)
    workspace.joinpath("show", "BUILD.bazel").write_text(SHOW)
    workspace.joinpath(".bazelrc").write_text(
        f"common --lockfile_mode=off --override_module=rules_plinth={source_tree()}\n"
    )
    bazel = NestedBazel(str(workspace), str(directory / "output_base"))
    yield workspace, bazel
    bazel.shut_down()


def write_lock(workspace: Path, *, version: str = "", without: str = "") -> None:
    """Change something in the lock of this version of Plinth."""
    lock = json.loads(Path(source_tree(), "base/debian13.lock.json").read_text())
    for architecture, packages in lock["packages"].items():
        lock["packages"][architecture] = [each for each in packages if each["name"] != without]
        for package in packages:
            package["depends"].pop(without, None)
            if package["name"] == "media-types" and version:
                package["version"] = version
    workspace.joinpath("debian13.lock.json").write_text(json.dumps(lock, indent=1, sort_keys=True))


def test_a_team_renews_the_packages_of_the_bases(team: tuple[Path, NestedBazel]) -> None:
    workspace, bazel = team

    # At first there is no lock, and the command that makes it works.
    done = bazel.run("build", "--nobuild", BASE)
    assert "//:debian13.lock.json: there is no such lock file yet" in done.stderr
    done = bazel.run("run", "//:debian13.lock", "--", "--check")
    assert done.returncode != 0
    assert "debian13.lock.json" in done.stderr

    write_lock(workspace)
    done = bazel.run("run", "//:debian13.lock", "--", "--check")
    assert done.returncode == 0, done.stderr

    # The images are made of what the team has locked.
    write_lock(workspace, version="99.0.0")
    done = bazel.run("build", "--nobuild", BASE, "//show:all")
    assert done.returncode == 0, done.stderr
    assert "media-types is 99.0.0" in done.stderr


def test_a_lock_of_an_older_version_of_plinth(team: tuple[Path, NestedBazel]) -> None:
    workspace, bazel = team
    write_lock(workspace, without="netbase")
    done = bazel.run("build", "--nobuild", BASE)
    assert done.returncode != 0
    assert "netbase is not in //:debian13.lock.json" in done.stderr
    # What repairs it is not stopped by it.
    done = bazel.run("run", "//:debian13.lock", "--", "--help")
    assert done.returncode == 0, done.stderr


def test_only_what_is_there_is_overridden(team: tuple[Path, NestedBazel]) -> None:
    workspace, bazel = team
    module = workspace.joinpath("MODULE.bazel")
    module.write_text(MODULE.replace('"plinth_debian13", lock', '"plinth_debian11", lock'))
    done = bazel.run("build", "--nobuild", BASE)
    module.write_text(MODULE)
    assert "no other module makes 'plinth_debian11'. There are: " in done.stderr
    assert "plinth_debian12, plinth_debian13" in done.stderr
