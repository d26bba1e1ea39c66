"""Python programs split into layers, started on the image's own interpreter."""

from __future__ import annotations

import json
import os
import tarfile
from collections.abc import Iterator

import pytest

from tests.container.container import Container
from tests.container.rootfs import as_built, read_layout
from tools.image.validate import find_problems

RUNFILES = os.environ["RUNFILES_DIR"]
LIBRARY = os.path.join(RUNFILES, os.environ["LIBRARY"])
PARTED = os.path.join(RUNFILES, os.environ["PARTED"])
SERVER = os.path.join(RUNFILES, os.environ["SERVER"])
WORKER = os.path.join(RUNFILES, os.environ["WORKER"])


@pytest.fixture(scope="module", params=[SERVER, PARTED], ids=["two layers", "four layers"])
def server(request: pytest.FixtureRequest) -> Iterator[Container]:
    yield Container(request.param)


def names(layout: str, layer: int) -> set[str]:
    """Return the files of a layer, counted from the top."""
    with tarfile.open(read_layout(layout).layers[layer]) as archive:
        return {member.name for member in archive if not member.isdir()}


def test_a_program_finds_its_modules_and_files(server: Container) -> None:
    ran = server.run("--port", "80")
    assert ran.stderr == ""
    directory = os.path.relpath(os.path.dirname(server.config["Entrypoint"][0]), "/")
    assert json.loads(ran.stdout) == {
        "arguments": ["--port", "80"],
        "child": "hello child",
        "data": "data",
        "generated": 42,
        "greeting": "hello world",
        "link": "data",
        "main": f"{directory}/_main/tests/rules/python/server.py",
        "root link": "data",
        "size": "1.0 MB",
        "tree": "two",
        "wheel": True,
    }


def test_a_library_starts_with_its_module() -> None:
    ran = Container(LIBRARY).run()
    assert (ran.stdout, ran.stderr) == ("hello module\n", "")


def test_an_edit_moves_the_top_layer_only() -> None:
    before, after = read_layout(SERVER), read_layout(WORKER)
    assert before.manifest["layers"][:-1] == after.manifest["layers"][:-1]
    assert before.manifest["layers"][-1] != after.manifest["layers"][-1]


def test_third_party_below_and_application_on_top() -> None:
    history = [entry["created_by"] for entry in read_layout(SERVER).config["history"]]
    assert history[-2:] == ["plinth: third-party Python", "plinth: Python application"]
    assert {name.split("/")[1] for name in names(SERVER, -1)} == {
        "_main", "_repo_mapping", "at", "server",
    }  # fmt: skip
    assert all("/site-packages/" in name or "rules_python" in name for name in names(SERVER, -2))


def test_there_is_no_interpreter_and_no_launcher_of_the_build() -> None:
    everything = names(SERVER, -1) | names(SERVER, -2)
    assert "app/_main/tests/rules/python/server.py" in everything
    assert "app/_main/tests/rules/python/server" not in everything
    assert not [name for name in everything if os.path.basename(name).startswith("python3")]


def test_large_dependencies_have_layers_of_their_own() -> None:
    assert len(read_layout(PARTED).layers) == len(read_layout(SERVER).layers) + 2
    repositories = [{name.split("/")[2] for name in names(PARTED, layer)} for layer in (-4, -3)]
    assert [len(names) for names in repositories] == [1, 1]


def test_owners() -> None:
    with tarfile.open(read_layout(PARTED).layers[-1]) as archive:
        owners = {(member.uid, member.gid) for member in archive if not member.isdir()}
    assert owners == {(1000, 1000)}


def test_is_a_valid_image_layout() -> None:
    assert find_problems(as_built(SERVER)) == []
