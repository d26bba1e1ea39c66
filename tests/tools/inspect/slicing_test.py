"""What an application needs, by a trace and by what it imports."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.tools.elf_builder import Elf
from tests.tools.inspect.tiny_image import LIBC, Content, image, layer, program
from tools.inspect.python_imports import imports, reachable
from tools.inspect.slice_file import write_slice
from tools.inspect.slicing import needed_files, slice_globs, unneeded_packages
from tools.inspect.trace import FileWatch
from tools.layer.path_policy import PathPolicy

if TYPE_CHECKING:
    from tools.layer.facts import Facts

TRIPLET = "usr/lib/x86_64-linux-gnu"


def package(name: str, files: dict[str, Content]) -> Facts:
    return layer(files, origin=name, package={"name": name, "version": "1"})


FILES: dict[str, Content] = {
    f"{TRIPLET}/libx.so.1.2": Elf(soname="libx.so.1", needed=("libc.so.6",)),
    f"{TRIPLET}/libx.so.1": "libx.so.1.2",
    f"{TRIPLET}/libx-extra.so.1": Elf(soname="libx-extra.so.1"),
    "usr/lib/x/data-x86_64-linux-gnu.so": b"",
    "usr/lib/x/data-of-all.so": b"",
    "usr/share/x/one": b"",
    "usr/share/x/deep/two": b"",
    "usr/share/doc/x/copyright": b"",
    "usr/bin/x": b"#!/usr/bin/app\n",
    "usr/bin/strange[1]": b"",
}
IMAGE = image(
    package("libc6", LIBC),
    package("x", FILES),
    package("y", {"usr/share/y/data": b"", "usr/share/doc/y/copyright": b""}),
    layer({"usr/bin/app": program("libx.so.1")}),
    config={"Entrypoint": ["/usr/bin/app"]},
)


def test_a_program_needs_its_libraries_and_the_links_to_them() -> None:
    needed = needed_files(IMAGE, [])
    assert needed == {
        "lib",
        "lib64",
        "usr/bin/app",
        f"{TRIPLET}/ld-linux-x86-64.so.2",
        f"{TRIPLET}/libc.so.6",
        f"{TRIPLET}/libx.so.1",
        f"{TRIPLET}/libx.so.1.2",
        "usr/lib64/ld-linux-x86-64.so.2",
        "usr/share/doc/x/copyright",
        "usr/share/doc/y/copyright",
    }


def test_glibc_needs_what_it_opens_when_a_thread_ends() -> None:
    libgcc: dict[str, Content] = {f"{TRIPLET}/libgcc_s.so.1": Elf(soname="libgcc_s.so.1")}
    found = image(*IMAGE.layers, layer(libgcc), config=IMAGE.run_config)
    assert f"{TRIPLET}/libgcc_s.so.1" in needed_files(found, [])


def test_what_is_opened_is_needed_and_a_script_needs_who_runs_it() -> None:
    found = image(*IMAGE.layers)
    assert "usr/bin/app" not in needed_files(found, [])
    assert {"usr/bin/x", "usr/bin/app"} <= needed_files(found, ["usr/bin/x", "not/there"])


def test_bytecode_stands_for_its_module() -> None:
    found = image(layer({"lib/python/x.py": b""}))
    assert needed_files(found, ["lib/python/__pycache__/x.cpython-313.pyc"]) == {"lib/python/x.py"}


def test_globs_drop_what_is_not_needed_and_nothing_else() -> None:
    needed = needed_files(IMAGE, ["usr/lib/x/data-of-all.so", "usr/share/x/one"])
    globs, keep = slice_globs(IMAGE, needed)
    assert keep == []
    assert globs == [
        "usr/bin/strange[[]1]",
        "usr/bin/x",
        "usr/lib/*/libx-extra.so.1",
        "usr/lib/x/data-*-linux-gnu*.so",
        "usr/share/x/deep/**",
        "usr/share/y/**",
    ]
    policy = PathPolicy([{"omit": globs}])
    left = {path for path in IMAGE.entries if policy.keeps(path)}
    assert needed <= left
    assert "usr/bin/strange[1]" not in left


def test_a_directory_that_keeps_little_is_dropped_but_for_that() -> None:
    files: dict[str, Content] = {f"usr/share/z/{number:02}": b"" for number in range(40)}
    files["usr/share/z/below/x"] = b""
    found = image(package("z", files))
    used = ["usr/share/z/07", "usr/share/z/11", "usr/share/z/below/x"]
    needed = needed_files(found, used)
    drop, keep = slice_globs(found, needed)
    assert (drop, keep) == (["usr/share/z/*"], ["usr/share/z/07", "usr/share/z/11"])
    policy = PathPolicy([{"omit": drop, "keep": keep}])
    assert {path for path in files if policy.keeps(path)} == set(used)


def test_packages_of_which_nothing_is_needed() -> None:
    assert unneeded_packages(IMAGE, needed_files(IMAGE, [])) == ["y"]


def test_the_slice_file() -> None:
    assert write_slice("//app:image", "a trace", ["a/**", 'b"c'], ["a/x"], []) == (
        '"""What //app:image does not need of its packages, by a trace.\n\n'
        "Made by `bazel run @rules_plinth//tools/inspect -- slice`; use it so:\n"
        '`path_policy(name = "slice", omit = OMIT, keep = KEEP)`.\n"""\n\n'
        "# Globs, as path_policy takes them.\n"
        'OMIT = [\n    "a/**",\n    "b\\"c",\n]\n\n'
        '# What they do not mean.\nKEEP = [\n    "a/x",\n]\n\n'
        "# Packages of which only licence and record would stay.\nUNNEEDED = []\n"
    )


def test_imports_of_every_kind() -> None:
    source = """
import a, b.c as d
from e import f
from . import g
from ..h import i
def later():
    import j
    importlib.import_module("k")
    __import__("l")
    import_module(name)
"""
    assert imports(source, "package.inner.module") == {
        "a", "b.c", "e", "e.f", "package.inner", "package.inner.g", "package.h", "package.h.i",
        "j", "k", "l",
    }  # fmt: skip
    assert imports("not python at all", "x") == set()
    assert imports("from . import y", "package.__init__") == {"package", "package.y"}


def test_modules_that_can_be_reached() -> None:
    sources = {
        "app.__init__": "",
        "app.main": "import json, _fast",
        "app.debug": "import pdb",
        "json.__init__": "from . import decoder",
        "json.decoder": "import pdb",
        "json.tool": "",
        "pdb": "import cmd",
        "cmd": "",
        "_strptime": "",
    }
    found = reachable(sources, {"_fast", "_datetime", "_slow"}, ["app.main"])
    assert found == {
        "app.__init__", "app.main", "json.__init__", "json.decoder", "pdb", "cmd", "_fast",
    }  # fmt: skip
    assert "cmd" not in reachable(sources, (), ["app.main"], without=["pdb"])
    assert {"app.debug", "json.tool"} <= reachable(sources, (), ["app.*", "json.*"])
    assert "_strptime" in reachable(sources, {"_datetime"}, ["_datetime"])


def test_a_watch_notes_what_is_opened(tmp_path: Path) -> None:
    tmp_path.joinpath("deep/er").mkdir(parents=True)
    for name in ("one", "two", "deep/er/three", "asked-about"):
        tmp_path.joinpath(name).write_text("x")
    tmp_path.joinpath("link").symlink_to("two")
    with FileWatch(str(tmp_path)) as watch:
        tmp_path.joinpath("one").read_text()
        os.stat(tmp_path / "asked-about")
        program_text = "import sys; [open(path).read() for path in sys.argv[1:]]"
        paths = [str(tmp_path / "link"), str(tmp_path / "deep/er/three")]
        subprocess.run([*interpreter(), "-c", program_text, *paths], check=True)
    assert watch.opened == {"one", "two", "deep/er/three"}


def interpreter() -> list[str]:
    """Return how this interpreter was started: through its own dynamic loader, perhaps."""
    with open("/proc/self/cmdline", "rb") as stream:
        words = stream.read().decode().split("\0")
    end = next(index for index, word in enumerate(words) if "python" in os.path.basename(word))
    return words[: end + 1] if os.path.exists(words[0]) else [sys.executable]
