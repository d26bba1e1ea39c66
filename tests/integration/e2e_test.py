"""Modules that depend on this one from outside: tests/e2e/."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.container.container import Container
from tests.integration.nested_bazel import NestedBazel, source_tree


@pytest.fixture(scope="module")
def smoke(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NestedBazel]:
    yield from _workspace("smoke", tmp_path_factory)


@pytest.fixture(scope="module")
def rules_oci(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NestedBazel]:
    yield from _workspace("rules_oci", tmp_path_factory)


def _workspace(name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NestedBazel]:
    directory = tmp_path_factory.mktemp(name)
    bazel = NestedBazel(
        os.path.join(source_tree(), "tests/e2e", name), str(directory / "output_base")
    )
    yield bazel
    bazel.shut_down()


def test_an_image_with_packages_and_wheels_of_its_own(smoke: NestedBazel, tmp_path: Path) -> None:
    done = smoke.run("build", "//:image", f"--symlink_prefix={tmp_path}/bazel-")
    assert done.returncode == 0, done.stderr
    printed = Container(f"{tmp_path}/bazel-bin/image").run()
    assert (printed.stdout, printed.stderr) == ("libpq 17, 1.0 MB\n", "")


def test_a_lock_of_its_own(smoke: NestedBazel, tmp_path: Path) -> None:
    prefix = f"--symlink_prefix={tmp_path}/bazel-"
    done = smoke.run("run", prefix, "//:packages.lock", "--", "--check")
    assert done.returncode == 0, done.stderr


def test_rules_oci_on_plinth_and_plinth_on_rules_oci(
    rules_oci: NestedBazel, tmp_path: Path
) -> None:
    prefix = f"--symlink_prefix={tmp_path}/bazel-"
    done = rules_oci.run("build", "//:image", "//:oci_image", prefix)
    if "module rules_oci" in done.stderr and "not found in registries" in done.stderr:
        pytest.skip(
            "no module registry here has rules_oci; docs/migration/rules_oci.md has a check by hand"
        )
    assert done.returncode == 0, done.stderr
    printed = [Container(f"{tmp_path}/bazel-bin/{name}").run() for name in ("oci_image", "image")]
    assert [(ran.stdout, ran.stderr) for ran in printed] == [
        ("nothing, 1.0 MB\n", ""),
        ("hello, 1.0 MB\n", ""),
    ]
