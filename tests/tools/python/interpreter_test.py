"""An unpacked Python becomes two interpreters: few files, and the same bytes each time."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tools.python import interpreter


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Provide what packages of Python unpack to, as far as names go."""
    lib = tmp_path / "tree/usr/lib"
    names = [
        *(f"x86_64-linux-gnu/{name}" for name in (*interpreter.LIBRARIES, "libtcl8.6.so")),
        *(
            f"python3.13/lib-dynload/{name}".replace(".*", ".cpython-313.so")
            for name in (*interpreter.ACTION_EXTENSIONS, "_ssl.cpython-313.so", "_testcapi.so")
        ),
        *(f"python3.13/{name}" for name in (*interpreter.ACTION_MODULES, "ssl.py", "test/x.py")),
    ]
    for name in names:
        path = lib / name.replace("*", "x86-64")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"NAME = {name!r}\nif NAME in {{'a', 'b', 'c'}}: pass\n")
    (tmp_path / "tree/usr/bin").mkdir()
    (tmp_path / "tree/usr/bin/python3.13").write_bytes(b"\x7fELF")
    return tmp_path / "tree"


def files(directory: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file()
    }


def arranged(tree: Path, target: Path) -> tuple[str, str]:
    """Write both; gives the names of their directories."""
    names = ("interpreter", "action_interpreter")
    for name in names:
        interpreter.arrange(name, str(tree), str(target / name))
    return names


def test_no_program_or_library_is_on_disk_twice(tree: Path, tmp_path: Path) -> None:
    whole, small = arranged(tree, tmp_path)
    unpacked = tree / "usr/bin/python3.13"
    assert (tmp_path / whole / "bin/python3.13").samefile(unpacked)
    assert (tmp_path / small / "bin/python3.13").samefile(unpacked)


def test_the_one_for_actions_has_less(tree: Path, tmp_path: Path) -> None:
    whole, small = (files(tmp_path / name) for name in arranged(tree, tmp_path))
    assert small.keys() < whole.keys()
    assert {name for name in whole if "/lib-dynload/" not in name and ".so" not in name} == {
        "bin/python3.13",
        "lib/python313.zip",
    }
    assert "lib/python3.13/lib-dynload/_ssl.cpython-313.so" in whole.keys() - small.keys()
    assert not any("libtcl" in name or "_test" in name for name in whole)


def test_the_standard_library_is_bytecode(tree: Path, tmp_path: Path) -> None:
    names = {
        place: set(zipfile.ZipFile(tmp_path / place / "lib/python313.zip").namelist())
        for place in arranged(tree, tmp_path)
    }
    assert names["interpreter"] - names["action_interpreter"] == {"ssl.pyc"}
    assert {"os.pyc", "re/x86-64.pyc"} <= names["action_interpreter"]


def test_equal_trees_give_equal_bytes(tree: Path, tmp_path: Path) -> None:
    for place in ("first", "second"):
        interpreter.arrange("interpreter", str(tree), str(tmp_path / place))
    assert files(tmp_path / "first") == files(tmp_path / "second")


def test_a_library_that_is_missing_is_named(tree: Path, tmp_path: Path) -> None:
    (tree / "usr/lib/x86_64-linux-gnu/libdeflate.so.0").unlink()
    with pytest.raises(FileNotFoundError, match=r"have no libdeflate\.so\.0"):
        interpreter.arrange("interpreter", str(tree), str(tmp_path / "out"))
