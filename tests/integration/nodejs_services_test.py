"""Services in Node.js as teams have them, built in a module of their own: tests/e2e/nodejs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.container.container import Container
from tests.integration.nested_bazel import images_of_module


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Provide the directory of the images."""
    with images_of_module("tests/e2e/nodejs", tmp_path_factory.mktemp("services")) as images:
        yield images


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
