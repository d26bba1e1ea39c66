"""A service of a team that has rules_python of today and its `pip.parse`: tests/e2e/rules_python.

The modules come from Bazel's registry. Where that does not answer, PLINTH_MODULES names a directory
with their sources, a directory of its own for each.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.container.container import Container
from tests.integration.nested_bazel import NestedBazel, source_tree

_LONGEST_START_S = 60.0
_ASK = "import urllib.request as r; print(r.urlopen('http://127.0.0.1:8080').read().decode())"


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Provide the layout of the image, whose closure test has passed."""
    directory = tmp_path_factory.mktemp("service")
    workspace = os.path.join(source_tree(), "tests/e2e/rules_python")
    bazel = NestedBazel(workspace, str(directory / "output_base"))
    modules = os.environ.get("PLINTH_MODULES", "")
    given = sorted(Path(modules).iterdir()) if modules else []
    overrides = [f"--override_module={module.name}={module}" for module in given]
    prefix = f"--symlink_prefix={directory}/bazel-"
    try:
        done = bazel.run("test", "//...", prefix, *overrides, "--test_output=errors")
        assert done.returncode == 0, done.stdout + done.stderr
        yield str(directory / "bazel-bin/image")
    finally:
        bazel.shut_down()


def test_wheels_and_data_of_the_hub_serve(image: str) -> None:
    container = Container(image)
    process = container.start()
    try:
        end = time.monotonic() + _LONGEST_START_S
        while True:
            answer = container.execute(process, "/usr/bin/python3", "-c", _ASK)
            if answer.returncode == 0 or time.monotonic() > end:
                break
            assert process.poll() is None, process.communicate()
            time.sleep(0.5)
        assert answer.stdout == '{"greeting":"hello","sum":45}\n', answer.stderr
    finally:
        process.kill()
        process.communicate()
