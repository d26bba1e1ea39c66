"""The pages about languages, done as they say, each from an empty directory."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.container.container import Container
from tests.container.network import get
from tests.docs.walkthrough import Command, File, steps
from tests.integration.nested_bazel import NestedBazel, source_tree


def written(page: str, workspace: Path) -> list[Command]:
    """Return the commands of a page, after the reader has written its files."""
    workspace.mkdir()
    # The module as it is here, not as it was published; and images that can be looked into.
    (workspace / ".bazelrc").write_text(
        f"common --lockfile_mode=off --override_module=rules_plinth={source_tree()}\n"
        "build --output_groups=+oci_layout\n"
    )
    # What `npm install --package-lock-only` writes.
    shutil.copy("tests/docs/testdata/package-lock.json", workspace)
    commands = []
    for step in steps(Path("docs", page).read_text(encoding="utf-8")):
        if isinstance(step, File):
            step.write(workspace)
        else:
            commands.append(step)
    return commands


@pytest.fixture
def image(request: pytest.FixtureRequest, tmp_path: Path) -> Container:
    """Provide the image of a page, after all that the reader types has been done."""
    commands = written(request.param, tmp_path / "workspace")
    bazel = NestedBazel(str(tmp_path / "workspace"), str(tmp_path / "output_base"))
    try:
        for command in commands:
            if command.words[0] == "bazel":
                done = bazel.run(*command.words[1:])
                assert done.returncode == 0, f"{command.words}\n{done.stderr}"
        return Container(str(tmp_path / "workspace" / "bazel-bin" / "image"))
    finally:
        bazel.shut_down()


@pytest.mark.parametrize("image", ["cc.md"], indirect=True)
def test_a_program_prints_what_the_page_says(image: Container) -> None:
    assert image.run().stdout == "hello\n"


@pytest.mark.parametrize("image", ["java.md", "nodejs.md"], indirect=True)
def test_a_service_answers(image: Container) -> None:
    service = image.start()
    try:
        assert service.stdout is not None
        assert service.stdout.readline() == "listening on port 8080\n"
        assert get(service, 8080, "/").body == "hello\n"
    finally:
        service.kill()
