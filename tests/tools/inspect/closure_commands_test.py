"""Scripts that containers start need the programs that they run."""

from __future__ import annotations

import pytest

from tests.tools.inspect.tiny_image import image, layer, package
from tools.inspect.closure import check_closure

SCRIPT = (
    b"#!/bin/sh\nset -e\nd=$(dirname $0)\nmkdir -p /run/x\ncommand -v id && id\nmine\nexec app\n"
)
SHELL = {"bin/sh": b"", "usr/bin/app": b""}


@pytest.mark.parametrize(
    ("path", "config", "programs", "rank"),
    [
        ("usr/sbin/ctl", {"Entrypoint": ["/usr/sbin/ctl"]}, (), "entrypoint"),
        ("usr/sbin/ctl", {"Cmd": ["ctl", "start"]}, (), "entrypoint"),
        ("entrypoint.sh", {"Entrypoint": ["/entrypoint.sh"]}, (), "entrypoint"),
        ("usr/sbin/ctl", {}, ("ctl",), "program"),
        ("usr/sbin/ctl", {}, (), None),
        ("usr/sbin/ctl", {}, ("app",), None),
        ("usr/share/x/hook", {}, (), None),
    ],
)
def test_what_a_script_runs(
    path: str, config: dict[str, list[str]], programs: tuple[str, ...], rank: str | None
) -> None:
    found = image(layer({**SHELL, path: SCRIPT}), config=config)
    problems = check_closure(found, programs).problems
    assert [problem.rank for problem in problems] == ([rank] if rank else [])
    for problem in problems:
        assert problem.message == "is a script that runs dirname, mkdir, which are not in the image"
        assert problem.cure.startswith("add coreutils, or start the program itself")


def test_a_script_that_has_what_it_runs() -> None:
    tools = {**SHELL, "usr/bin/dirname": b"", "usr/bin/mkdir": b"", "usr/bin/ctl": SCRIPT}
    found = image(layer(tools, package=package("x")), config={"Entrypoint": ["ctl"]})
    assert check_closure(found).problems == []


def test_a_script_that_runs_another_one_without_interpreter() -> None:
    files = {
        "bin/bash": b"",
        "usr/bin/ctl": b"#!/bin/bash\nerl -noinput\n",
        "usr/bin/erl": b"#!/bin/sh\n",
    }
    (problem,) = check_closure(image(layer(files), config={"Entrypoint": ["ctl"]})).problems
    assert problem.path == "usr/bin/ctl"
    assert "runs erl, which is run by /bin/sh, which is not in the image" in problem.message
    assert problem.cure == "add dash"
    assert check_closure(image(layer({**files, "bin/sh": b""}))).problems == []


@pytest.mark.parametrize(
    ("name", "rank"), [("mine", "program"), ("mi", None), ("min", "program"), ("other", None)]
)
def test_a_script_that_bears_the_name_of_a_package_that_was_asked_for(
    name: str, rank: str | None
) -> None:
    files = {**SHELL, f"usr/bin/{name}": SCRIPT, "usr/bin/x": b"#!/bin/sh\n"}
    found = image(layer(files, origin="mine-base", package=package("mine-base")))
    assert [each.rank for each in check_closure(found).problems] == ([rank] if rank else [])
