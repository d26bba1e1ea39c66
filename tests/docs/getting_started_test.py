"""The page docs/getting-started.md, done as it says, from an empty directory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.container.container import Container
from tests.docs.walkthrough import Command, File, steps
from tests.integration.nested_bazel import NestedBazel, source_tree

PAGE = Path("docs/getting-started.md").read_text(encoding="utf-8")


@pytest.fixture
def bazel(tmp_path: Path) -> Iterator[NestedBazel]:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    # The module as it is here, not as it was published.
    (workspace / ".bazelrc").write_text(
        f"common --lockfile_mode=off --override_module=rules_plinth={source_tree()}\n"
    )
    bazel = NestedBazel(str(workspace), str(tmp_path / "output_base"))
    yield bazel
    bazel.shut_down()


def test_the_page_as_written(bazel: NestedBazel) -> None:
    for step in steps(PAGE):
        if isinstance(step, File):
            step.write(Path(bazel.workspace))
        elif step.words[0] == "bazel":
            done = bazel.run(*step.words[1:])
            assert done.returncode == 0, f"{step.words}\n{done.stderr}"
        else:
            _run_image(step, bazel.workspace)


def _run_image(step: Command, workspace: str) -> None:
    # podman needs a kernel that permits it; the layout alone shows what it would run.
    *podman, image = step.words
    assert podman == ["podman", "run", "--rm"]
    layout = image.removeprefix("oci:").removesuffix(":latest")
    done = Container(os.path.join(workspace, layout)).run()
    assert step.printed(done.stdout), done.stdout + done.stderr
