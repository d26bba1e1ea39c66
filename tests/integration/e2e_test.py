"""Modules that depend on this one from outside: tests/e2e/."""

from __future__ import annotations

import os
import re
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.container.container import Container
from tests.integration.nested_bazel import NestedBazel, source_tree
from tests.registry.server import registry_server

RUNFILES = os.environ["RUNFILES_DIR"]
RELEASE = os.path.join(RUNFILES, os.environ["RELEASE"])


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Provide the module as users get it: out of the release archive."""
    directory = tmp_path_factory.mktemp("released")
    with tarfile.open(RELEASE) as archive:
        archive.extractall(directory, filter="data")
    (unpacked,) = directory.iterdir()
    return str(unpacked)


@pytest.fixture(scope="module")
def actions(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Provide what was built once is not built again for the other origin of the module."""
    return f"--disk_cache={tmp_path_factory.mktemp('actions')}"


@pytest.fixture(scope="module", params=["tree", "release"])
def smoke(
    request: pytest.FixtureRequest, released: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[NestedBazel, list[str]]]:
    """Bazel in tests/e2e/smoke, and the options of its commands."""
    directory = tmp_path_factory.mktemp("smoke")
    bazel = NestedBazel(
        os.path.join(source_tree(), "tests/e2e/smoke"), str(directory / "output_base")
    )
    options = [f"--symlink_prefix={directory}/bazel-"]
    if request.param == "release":
        options.append(f"--override_module=rules_plinth={released}")
    yield bazel, options
    bazel.shut_down()


def test_an_image_with_packages_and_wheels_of_its_own(
    smoke: tuple[NestedBazel, list[str]], actions: str, tmp_path: Path
) -> None:
    bazel, options = smoke
    done = bazel.run("build", "//:image", actions, *options, f"--symlink_prefix={tmp_path}/bazel-")
    assert done.returncode == 0, done.stderr
    printed = Container(f"{tmp_path}/bazel-bin/image").run()
    assert (printed.stdout, printed.stderr) == ("libpq 17, 1.0 MB\n", "")


def test_an_index_is_pushed(
    smoke: tuple[NestedBazel, list[str]], actions: str, tmp_path: Path
) -> None:
    bazel, options = smoke
    with registry_server(tmp_path) as registry:
        done = bazel.run("run", actions, *options, "//:push", "--", f"--registry={registry}")
        assert done.returncode == 0, done.stderr
        assert f"{registry}/smoke@sha256:" in done.stdout
        assert "tags written: latest" in done.stdout


def test_a_lock_of_its_own(smoke: tuple[NestedBazel, list[str]]) -> None:
    bazel, options = smoke
    done = bazel.run("run", *options, "//:packages.lock", "--", "--check")
    assert done.returncode == 0, done.stderr


def test_rules_oci_on_plinth_and_plinth_on_rules_oci(tmp_path: Path) -> None:
    prefix = f"--symlink_prefix={tmp_path}/bazel-"
    rules_oci = NestedBazel(
        os.path.join(source_tree(), "examples/rules_oci"), str(tmp_path / "output_base")
    )
    done = rules_oci.run("test", "//...", prefix)
    rules_oci.shut_down()
    # A registry that is asked for and lacks the version is a failure like any other.
    missing = re.search(r"module rules_oci@\S+ not found in registries(.*)", done.stderr)
    if missing and "https://" not in missing[1]:
        pytest.skip("no public module registry is configured here")
    assert done.returncode == 0, done.stderr
    printed = [Container(f"{tmp_path}/bazel-bin/{name}").run() for name in ("oci_image", "image")]
    assert [(ran.stdout, ran.stderr) for ran in printed] == [
        ("nothing, 1.0 MB\n", ""),
        ("hello, 1.0 MB\n", ""),
    ]


def test_what_is_private_cannot_be_loaded(released: str, tmp_path: Path) -> None:
    tmp_path.joinpath("MODULE.bazel").write_text('bazel_dep(name = "rules_plinth")\n')
    tmp_path.joinpath("BUILD.bazel").write_text(
        'load("@rules_plinth//rules/private/layer:plan.bzl", "plan_layers")\n'
    )
    bazel = NestedBazel(str(tmp_path), str(tmp_path / "output_base"))
    done = bazel.run(
        "query", "//:all", "--lockfile_mode=off", f"--override_module=rules_plinth={released}"
    )
    bazel.shut_down()
    assert done.returncode != 0
    assert ".bzl load visibility violations" in done.stderr


def test_the_archive_has_all_that_users_need() -> None:
    tracked = subprocess.run(
        ["find", "base", "rules", "tools", "-type", "f", "-not", "-path", "*/__pycache__/*"],
        cwd=source_tree(),
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    ours = ("base/update/", "tools/bootstrap/")
    wanted = {path for path in tracked if not path.startswith(ours)}
    with tarfile.open(RELEASE) as archive:
        files = {each.name.partition("/")[2] for each in archive if each.isfile()}
    assert files - {"LICENSE", "MODULE.bazel", "README.md"} == wanted
