"""What Python starts, and what an application imports, is in the image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.tools.inspect.tiny_image import image, layer
from tools.inspect.closure import check_closure
from tools.layer.python_source import required_modules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.tools.inspect.tiny_image import Content
    from tools.inspect.problem import Problem

PYTHON: dict[str, Content] = {
    "usr/bin/python3.13": b"",
    "usr/bin/python3": "python3.13",
    "usr/local/bin/uvicorn": b"#!/usr/bin/python3.13\n",
    "usr/lib/python3.13/json/__init__.py": b"",
    "usr/lib/python3.13/__future__.py": b"",
    "usr/lib/python3.13/os.py": b"",
    "usr/lib/python3.13/lib-dynload/_ssl.cpython-313-x86_64-linux-gnu.so": b"",
    "usr/local/lib/python3.13/dist-packages/yaml/__init__.py": b"import absent_in_wheel\n",
    "usr/local/lib/python3.13/dist-packages/google/cloud/storage/__init__.py": b"",
    "app/main.py": b"",
    "app/package/__main__.py": b"",
}


def problems(
    sources: Mapping[str, str] | None = None, config: Mapping[str, Any] | None = None
) -> list[Problem]:
    files: dict[str, Content] = {path: text.encode() for path, text in (sources or {}).items()}
    facts = layer(PYTHON | files)
    for entry in facts["entries"]:
        if entry["path"] in files:
            entry["imports"] = required_modules(files[entry["path"]])  # type: ignore[arg-type]
    return check_closure(image(facts, config=config)).problems


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        (["/usr/bin/python3", "/app/main.py"], None),
        (["python3.13", "main.py"], None),
        (["/usr/bin/python3", "-u", "-W", "error", "-X", "dev", "main.py", "--flag"], None),
        (["/usr/bin/python3", "-m", "package"], None),
        (["/usr/bin/python3", "-Im", "package"], None),
        (["/usr/bin/python3", "-mjson.tool", "x"], "the module json.tool"),
        (["/usr/bin/python3", "-c", "import absent"], None),
        (["/usr/bin/python3", "-"], None),
        (["/usr/bin/python3"], None),
        (["/usr/bin/python3", "/main.py"], "the script /main.py"),
        (["/usr/bin/python3", "-m", "packge"], "the module packge"),
        (["uvicorn", "main:app", "--port", "80"], None),
        (["uvicorn", "mian:app"], "the module mian"),
        (["uvicorn", "--app-dir", "/srv", "mian:app"], None),
        (["uvicorn", "package.absent:app"], "the module package.absent"),
    ],
)
def test_what_is_started(command: list[str], problem: str | None) -> None:
    found = problems(config={"Entrypoint": command, "WorkingDir": "/app"})
    assert [each.rank for each in found] == (["entrypoint"] if problem else [])
    for each in found:
        assert each.message == f"entrypoint: {problem} is not in the image"


def test_a_script_of_the_command_may_be_elsewhere() -> None:
    config = {"Entrypoint": ["/usr/bin/python3.13"], "Cmd": ["/main.py"]}
    (found,) = problems(config=config)
    assert found.kind == "missing-script"
    assert "/app/main.py is there" in found.cure


def test_an_image_without_python_is_left_alone() -> None:
    assert check_closure(image(layer({"app/x.py": b"import absent\n"}))).problems == []


SOURCE = """
from __future__ import annotations
import sys, os.path, json
import yaml
import fastapi, uvicorn.config as config
from google.cloud import storage
from . import sibling
from package import thing
import neighbour
try:
    import orjson
except ImportError:
    import absent_fallback_of_json
try:
    import must
finally:
    pass
if TYPE_CHECKING:
    import only_for_types
if sys.platform == "win32":
    import winreg
elif os.name == "nt":
    import msvcrt
with contextlib.suppress(ImportError):
    import maybe
def later():
    from lazy.inner import something
"""


def test_what_the_application_imports() -> None:
    sources = {"app/main.py": SOURCE, "app/neighbour.py": "", "app/test_main.py": "import pytest\n"}
    found = problems(sources)
    assert [(each.kind, each.path) for each in found] == [("missing-import", "app/main.py")] * 4
    assert [each.message.split()[1].rstrip(",") for each in found] == [
        "fastapi", "lazy", "must", "uvicorn",
    ]  # fmt: skip
    assert "add the wheel that has it (@wheels//fastapi" in found[0].cure


def test_a_part_of_the_standard_library_may_be_missing() -> None:
    (found,) = problems({"app/main.py": "import curses, sys, time, ssl_absent_too\n"})[:1]
    assert found.message.startswith("imports curses,")
    assert "//base/python3" in found.cure


@pytest.mark.parametrize("source", ["{% template %}", "\0", "(" * 500, "import ."])
def test_what_does_not_parse_needs_nothing(source: str) -> None:
    assert required_modules(source.encode()) == []
