"""Facts in the files of an application: packages that JavaScript loads, classes that jars hold."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.layer.javascript_source import package_of, required_packages

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tools.workbench import Workbench


@pytest.mark.parametrize(
    ("source", "needed", "optional"),
    [
        ("const a = require('a'); require(\"@s/b/c.js\")", ["@s/b/c.js", "a"], []),
        (
            "import a, {b} from 'a';\nimport 'b'; export * from \"c\"\nexport {d} from 'd'",
            "abcd",
            [],
        ),
        ("import * as fs from 'node:fs'; import './own.js'; import '#inner'", [], []),
        ("#!/usr/bin/env node // require('x')\nrequire('a')", ["a"], []),
        ("// require('x')\n/* import 'y' */ const t = 'require(\"z\")'", [], []),
        ("`require('x') ${require('a')} ${`${require('b')}`} require('y')`", ["a", "b"], []),
        ("s.replace(/['\"`]/g, ''); x = 4 / 2 / require('a')", ["a"], []),
        ("loader.require('x'); require(name); require('x' + name)", [], []),
        ("try { require('a') } catch { require('b') }\nrequire('c')", ["c"], ["a", "b"]),
        ("if (dev) require('a')\nconst b = require('b')", ["b"], ["a"]),
        ("if (dev) { require('a') } else { require('b') }\nrequire('c')", ["c"], ["a", "b"]),
        ("dev && require('a'); const b = dev ? require('b') : 0; require('c')", ["c"], ["a", "b"]),
        ("function f() { return require('a') }", ["a"], []),
        ("const m = await import('a')", [], ["a"]),
        (
            "!function(t){'object'==typeof exports&&module?t(require('a')):t(window.a)}(t=>{})",
            [],
            ["a"],
        ),
        ("const {from} = x; const y = {from: 'no'}; import z from 'a'", ["a"], []),
        ("try { require('a') } catch {}; require('a')", ["a"], []),
    ],
)
def test_what_javascript_loads(source: str, needed: list[str], optional: list[str]) -> None:
    found = required_packages(source.encode())
    assert found.get("requires", []) == list(needed)
    assert found.get("requires_optional", []) == optional


@given(st.text(alphabet="'\"`/\\${}()=;. \nabrequi", max_size=60))
def test_any_text_is_read_to_its_end(text: str) -> None:
    found = required_packages((text + "\n").encode())
    names = found.get("requires", []) + found.get("requires_optional", [])
    assert all(isinstance(each, str) for each in names)


def test_the_package_of_a_specifier() -> None:
    names = ["a", "a/b/c.js", "@s/a", "@s/a/b"]
    assert [package_of(each) for each in names] == ["a", "a", "@s/a", "@s/a"]


def entry(workbench: Workbench, tmp_path: Path, path: str, content: bytes) -> dict[str, Any]:
    source = tmp_path / "source"
    source.write_bytes(content)
    item = {"src": str(source), "path": path}
    return workbench.fragment("files-fragment", ("file", item)).entry(path)


def test_facts_are_of_the_application_alone(workbench: Workbench, tmp_path: Path) -> None:
    text = b"require('a')"
    assert entry(workbench, tmp_path, "app/main.cjs", text)["requires"] == ["a"]
    assert "requires" not in entry(workbench, tmp_path, "app/node_modules/x/main.js", text)
    package = b'{"name": "@s/app", "version": "1.0.0"}'
    assert entry(workbench, tmp_path, "app/package.json", package)["npm_package"] == "@s/app"
    assert "npm_package" not in entry(workbench, tmp_path, "app/package.json", b"{")


def test_a_jar_says_its_classes_and_how_it_starts(workbench: Workbench, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    manifest = (
        "Manifest-Version: 1.0\r\nMain-Class: org.example.Ma\r\n in\r\n"
        "Class-Path: a.jar b.jar\r\n\r\nName: other\r\nMain-Class: of.a.section\r\n"
    )
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("META-INF/MANIFEST.MF", manifest)
        for name in ("org/example/Main", "org/example/Main$1", "org/example/B", "Top"):
            archive.writestr(f"{name}.class", b"")
        archive.writestr("META-INF/versions/9/org/example/C.class", b"")
    assert entry(workbench, tmp_path, "app/x.jar", buffer.getvalue())["jar"] == {
        "classes": {"": "Top", "org.example": "B Main"},
        "main_class": "org.example.Main",
        "class_path": ["a.jar", "b.jar"],
    }
    for broken in (b"", b"PK\5\6", b"text"):
        assert "jar" not in entry(workbench, tmp_path, "app/x.jar", broken)
