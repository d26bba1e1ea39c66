"""Targets and revisions, built by a Bazel that only writes down what it is asked."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.debian_program import debian_program_script
from tests.tools.inspect.tiny_image import image, layer
from tools.errors import PlinthError
from tools.inspect.sources import find_images

# Answers `build … --build_event_json_file=F -- TARGET` as Bazel would: with the files of TARGET.
BAZEL = """\
#!/bin/sh
test "$1" != clean || exit 0
for word in "$@"; do
    case "$word" in --build_event_json_file=*) events="${word#*=}" ;; esac
done
target="${word##*:}"
test -e "$target.config.json" || { echo "no such target: $target" >&2; exit 1; }
file() { printf '{"uri": "file://%s/%s.%s.json"}' "$PWD" "$target" "$1"; }
files() { printf '{"id": {"namedSet": {"id": "%s"}}, "namedSetOfFiles": %s}\\n' "$1" "$2"; }
group() { printf '{"name": "%s", "fileSets": [{"id": "%s"}]}' "$1" "$2"; }
{
    files 0 "{\\"files\\": [$(file config), $(file manifest), $(file descriptor)]}"
    files 1 "{\\"files\\": [$(file layer)]}"
    files 2 '{"fileSets": [{"id": "1"}]}'
    groups="$(group metadata 0), $(group facts 2)"
    printf '{"id": {}, "completed": {"outputGroup": [%s]}}\\n' "$groups"
} > "$events"
"""


def write(workspace: Path, content: bytes) -> None:
    """Put an image with one file into the workspace."""
    found = image(layer({"data": content}))
    workspace.joinpath("image.config.json").write_text(json.dumps(dict(found.config)))
    workspace.joinpath("image.manifest.json").write_text(json.dumps(dict(found.manifest)))
    workspace.joinpath("image.descriptor.json").write_text("{}")
    workspace.joinpath("image.layer.json").write_text(json.dumps(found.layers[0]))


@pytest.fixture
def workspace(tmp_path: Path) -> str:
    path = tmp_path / "workspace"
    path.mkdir()
    path.joinpath("bazelw").write_text(BAZEL)
    path.joinpath("bazelw").chmod(0o755)
    write(path, b"now")
    return str(path)


def size(workspace: str, name: str) -> int:
    (found,) = find_images(name, workspace)
    assert found.label == name
    return int(found.entries["data"]["size"])


def test_a_target_is_built_and_its_facts_are_read(workspace: str) -> None:
    assert size(workspace, "//:image") == 3


def test_what_cannot_be_built_says_why(workspace: str) -> None:
    with pytest.raises(PlinthError, match=r"bazelw build .* failed:\nno such target: other"):
        find_images("//:other", workspace)


def test_a_target_of_another_revision(
    workspace: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    # git starts git, which it looks for in one directory.
    programs = tmp_path_factory.mktemp("programs")
    debian_program_script("git", programs, GIT_EXEC_PATH=str(programs))
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)

    def git(*arguments: str) -> None:
        who = ["-c", "user.name=x", "-c", "user.email=x@x.example", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *who, *arguments], cwd=workspace, check=True, capture_output=True)

    git("init", "--initial-branch=main")
    write(Path(workspace), b"before")
    git("add", ".")
    git("commit", "--message=before")
    write(Path(workspace), b"now")
    assert size(workspace, "main://:image") == 6
    assert size(workspace, "//:image") == 3
    done = subprocess.run(
        ["git", "worktree", "list"], cwd=workspace, check=True, capture_output=True, text=True
    )
    assert len(done.stdout.splitlines()) == 1
    with pytest.raises(PlinthError, match="git worktree add"):
        find_images("nowhere://:image", workspace)


def test_bazel_must_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PlinthError, match="bazel: No such file or directory"):
        find_images("//:image", str(tmp_path))
