"""Services in Node.js as teams have them, built in a module of their own: tests/e2e/nodejs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.container.container import Container
from tests.integration.nested_bazel import NestedBazel, source_tree


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Provide the directory of the images, built, with their closure tests passed."""
    directory = tmp_path_factory.mktemp("services")
    bazel = NestedBazel(
        os.path.join(source_tree(), "tests/e2e/nodejs"), str(directory / "output_base")
    )
    try:
        done = bazel.run(
            "test", "//...", f"--symlink_prefix={directory}/bazel-", "--test_output=errors"
        )
        assert done.returncode == 0, done.stdout + done.stderr
        yield directory / "bazel-bin"
    finally:
        bazel.shut_down()


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        # A server that answers by an addon, whose libraries are packages for one platform each.
        ("express", "200 webp 16x8\n"),
        # Workspaces that want two versions of a package, an alias, and an addon with prebuilds.
        ("workspaces", "ms 1: 3600000, 60000, 4, 00000000\n"),
    ],
)
def test_a_service_does_its_work(built: Path, name: str, printed: str) -> None:
    ran = Container(str(built / name / "image")).run()
    assert (ran.stdout, ran.stderr) == (printed, "")
