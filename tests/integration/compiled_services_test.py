"""Services in C++ and Java, compiled in a module of their own that asks for no compiler."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.container.container import Container
from tests.integration.nested_bazel import images_of_module


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Provide the directory of the images."""
    with images_of_module("tests/e2e/compiled", tmp_path_factory.mktemp("services")) as images:
        yield images


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("cc", "stored\n1\nerror: no such key: two\n"),
        ("java", "200 Hello, world!\n"),
        ("jetty", "200 stock of /tea\n"),
        ("jlink", "200 Hello, world!\n"),
    ],
)
def test_a_service_does_its_work(built: Path, name: str, printed: str) -> None:
    ran = Container(str(built / name / "image")).run()
    assert (ran.stdout, ran.stderr) == (printed, "")
