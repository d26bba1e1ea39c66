"""Services in C++ and Java, compiled in a module of their own that asks for no compiler."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.container.container import Container
from tests.integration.nested_bazel import NestedBazel, source_tree


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Provide the directory of the images, once all are built and have passed their tests."""
    directory = tmp_path_factory.mktemp("services")
    bazel = NestedBazel(
        os.path.join(source_tree(), "tests/e2e/compiled"), str(directory / "output_base")
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
        ("cc", "stored\n1\nerror: no such key: two\n"),
        ("java", "200 Hello, world!\n"),
    ],
)
def test_a_service_does_its_work(built: Path, name: str, printed: str) -> None:
    ran = Container(str(built / name / "image")).run()
    assert (ran.stdout, ran.stderr) == (printed, "")
