"""What counts as surface, and what a budget makes of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tools.elf_builder import Elf
from tests.tools.inspect.tiny_image import LOADER, Content, image, layer
from tools.errors import PlinthError
from tools.inspect.budget_verb import judge
from tools.inspect.known_programs import categories
from tools.inspect.problem import Allowance
from tools.inspect.surface import measure_surface

PASSWD = b"""\
root:x:0:0:root:/root:/bin/sh
daemon:x:1:1::/:/usr/sbin/nologin
app:x:1000:2000::/:/bin/bash
other:x:1001:2000::/:/bin/gone
"""
FILES: dict[str, Content] = {
    "bin/sh": Elf(interpreter=LOADER),
    "bin/bash": "sh",
    "usr/bin/curl": Elf(executable=True),
    "usr/bin/nologin": b"#!/bin/sh\n",
    "usr/lib/libc.so.6": Elf(soname="libc.so.6", interpreter=LOADER),
    "usr/lib/libx.so": Elf(soname="libx.so"),
    "usr/share/curl": b"text",
    "etc/passwd": PASSWD,
}


def lists(files: dict[str, Content] | None = None, **more: Any) -> dict[str, tuple[str, ...]]:
    """Return the lists of an image that are not empty."""
    config = more.pop("config", {"User": "1000"})
    surface = measure_surface(image(layer(files or FILES, **more), config=config))
    return {key: items for key, items in surface.lists.items() if items}


def test_programs_and_what_they_are_for() -> None:
    assert lists() == {
        "executable": ("bin/sh", "usr/bin/curl", "usr/bin/nologin"),
        "shell": ("bin/bash", "bin/sh"),
        "network-tool": ("usr/bin/curl",),
        "dangerous": ("bin/bash", "usr/bin/curl"),
        "login": ("app (/bin/bash)", "root (/bin/sh)"),
    }


@pytest.mark.parametrize(
    ("mode", "found"),
    [
        (0o4755, {"setuid"}),
        (0o2755, {"setgid"}),
        (0o646, {"world-writable", "root-writable", "user-writable"}),
        (0o644, set()),
    ],
)
def test_modes(mode: int, found: set[str]) -> None:
    assert set(lists({"x": b""}, modes={"x": mode})) == found


def test_a_file_of_the_images_user_is_writable_for_it() -> None:
    files = layer({"etc/passwd": PASSWD, "data": b""}, modes={"etc/passwd": 0o644, "data": 0o640})
    (data,) = [entry for entry in files["entries"] if entry["path"] == "data"]
    data["uid"] = 1000
    for user, writable in (("app", True), ("1000:5", True), ("other", False), ("2", False)):
        found = measure_surface(image(files, config={"User": user})).lists["user-writable"]
        assert bool(found) == writable, user
    data.update({"uid": 0, "gid": 2000, "mode": 0o664})
    for user, writable in (("other", True), ("other:5", False), ("7:2000", True)):
        found = measure_surface(image(files, config={"User": user})).lists["user-writable"]
        assert bool(found) == writable, user
    assert measure_surface(image(files)).lists["root-writable"] == ("data",)


def test_capabilities() -> None:
    files = layer({"ping": Elf(executable=True)})
    files["entries"][0]["xattrs"] = {"security.capability": "0100000200200000"}
    assert measure_surface(image(files)).lists["capability"] == ("ping",)


@pytest.mark.parametrize(
    ("config", "root"),
    [({}, "0"), ({"User": "root"}, "root"), ({"User": "0:0"}, "0:0"), ({"User": "app"}, None)],
)
def test_who_runs_it(config: dict[str, str], root: str | None) -> None:
    assert lists(config=config).get("root-user") == ((root,) if root else None)


def test_ports() -> None:
    config = {"User": "1", "ExposedPorts": {"8080/tcp": {}, "53/udp": {}}}
    assert lists({"x": b""}, modes={"x": 0o644}, config=config) == {"port": ("53/udp", "8080/tcp")}


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("python3.13", ["interpreter"]),
        ("perl5.40.1", ["interpreter", "dangerous"]),
        ("x86_64-linux-gnu-gcc-14", ["dangerous"]),
        ("apt-get", ["package-manager"]),
        ("busybox", ["shell", "network-tool", "dangerous"]),
        ("app", []),
    ],
)
def test_names(name: str, found: list[str]) -> None:
    assert categories(name) == found


def sized(size: int) -> Any:
    """Return an image of one layer with a compressed size."""
    fragments = [{"package": "big", "origin": "big", "compressed_size": size}]
    files = layer({"bin/sh": b"#!x\n"}, fragments=fragments, size=size)
    return image(files, config={"User": "1"})


def test_a_budget_that_is_kept() -> None:
    verdict = judge([sized(900)], {"compressed": 1000, "layers": 1}, ["setuid"], [])
    assert verdict.passed
    assert verdict.text == (
        "budget of //app:image (linux/amd64): kept\n"
        "  compressed size: 900 B of 1.0 kB, 90 %\n"
        "  layers: 1 of 1, 100 %\n"
    )


def test_a_budget_that_is_not() -> None:
    verdict = judge([sized(1001)], {"compressed": 1000, "files": 0}, ["shell"], [])
    assert not verdict.passed
    assert verdict.text.splitlines()[1:] == [
        "  compressed size: 1.0 kB of 1.0 kB, 100 %",
        "  files: 1 of 0",
        "  compressed size: 1.0 kB, and the budget is 1.0 kB",
        "    largest: big 1.0 kB",
        "    leave something out, or raise the budget",
        "  files: 1, and the budget is 0",
        "    leave something out, or raise the budget",
        "  bin/sh (//app:files): forbidden: shells",
        "    drop it with a path policy, or leave the package out",
    ]
    (found,) = verdict.document["images"]
    kinds = [problem["kind"] for problem in found["problems"]]
    assert kinds == ["max-compressed", "max-files", "forbidden-shell"]


def test_an_allowance_serves_paths_and_no_limit() -> None:
    verdict = judge([sized(2)], {"compressed": 1}, ["shell"], [Allowance("**", "for debugging")])
    assert not verdict.passed
    assert "allowed: bin/sh: for debugging" in verdict.text
    assert judge([sized(2)], {}, ["shell"], [Allowance("bin/*", "for debugging")]).passed
    assert "remove it" in judge([sized(2)], {}, ["setuid"], [Allowance("bin/*", "no")]).text


def test_every_image_of_an_index_must_keep_it() -> None:
    assert not judge([sized(1), sized(3)], {"compressed": 2}, [], []).passed


def test_facts_must_be_there() -> None:
    found = image()
    found.manifest["layers"].append({"size": 1})
    with pytest.raises(PlinthError, match="its surface needs facts of every layer"):
        measure_surface(found)
