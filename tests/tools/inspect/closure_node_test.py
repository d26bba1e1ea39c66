"""What Node.js starts, and what an application loads, is in the image."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.tools.elf_builder import Elf
from tests.tools.inspect.tiny_image import LIBC, image, layer
from tools.inspect.closure import Closure, check_closure
from tools.inspect.problem import Allowance, apply_allowances
from tools.layer.component import describe_component, is_metadata
from tools.layer.javascript_source import required_packages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.tools.inspect.tiny_image import Content

NODE: dict[str, Content] = {
    "nodejs/bin/node": b"",
    "app/server.js": b"",
    "app/api/index.js": b"",
    "app/node_modules/express/package.json": b"",
    "app/node_modules/@scope/own/package.json": b"",
    "app/packages/shared/index.js": b"",
    "app/node_modules/shared": "../packages/shared",
}


def closure(
    sources: Mapping[str, str] | None = None, config: Mapping[str, Any] | None = None
) -> Closure:
    files: dict[str, Content] = {path: text.encode() for path, text in (sources or {}).items()}
    facts = layer(NODE | files)
    for entry in facts["entries"]:
        if entry["path"] in files:
            entry.update(required_packages(files[entry["path"]]))  # type: ignore[arg-type]
        if entry["path"] == "app/package.json":
            entry["npm_package"] = "application"
        elif is_metadata(entry["path"]):
            text = (sources or {}).get(entry["path"], "")
            if component := describe_component(entry["path"], text):
                entry["component"] = component
    return check_closure(image(facts, config=config))


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        (["/nodejs/bin/node", "/app/server.js"], None),
        (["/nodejs/bin/node", "server"], None),
        (["/nodejs/bin/node", "api"], None),
        (["/nodejs/bin/node", "--enable-source-maps", "-r", "express", "server.js", "-x"], None),
        (["/nodejs/bin/node", "--import=./server.js", "--", "server.js"], None),
        (["/nodejs/bin/node", "-e", "0"], None),
        (["/nodejs/bin/node"], None),
        (["/nodejs/bin/node", "typo.js"], "the script typo.js is not in the image"),
        (["/nodejs/bin/node", "-C", "x", "/server.js"], "the script /server.js is not in"),
        (["/nodejs/bin/node", "-r", "dotenv/config", "server.js"], "loads dotenv/config, which no"),
        (["/nodejs/bin/node", "--import", "./otel.mjs", "server.js"], "the module ./otel.mjs is"),
    ],
)
def test_what_is_started(command: list[str], problem: str | None) -> None:
    found = closure(config={"Entrypoint": command, "WorkingDir": "/app"}).problems
    assert [each.rank for each in found] == (["entrypoint"] if problem else [])
    for each in found:
        assert each.message.startswith(f"entrypoint: {problem}")


@pytest.mark.parametrize(
    ("typo", "near"),
    [("/server.js", "/app/server.js"), ("servr.js", "/app/server.js"), ("x.js", "/app/server.js")],
)
def test_what_is_near_is_named(typo: str, near: str) -> None:
    config = {"Entrypoint": ["/nodejs/bin/node"], "Cmd": [typo], "WorkingDir": "/app"}
    (found,) = closure(config=config).problems
    assert found.kind == "missing-script"
    assert near in found.cure


def test_a_program_that_is_not_there_is_an_error_that_names_what_is() -> None:
    (found,) = closure(config={"Entrypoint": ["/app/nod"]}).problems
    assert found.kind == "missing-entrypoint"
    (found,) = closure(config={"Entrypoint": ["/usr/bin/server.js"]}).problems
    assert "/app/server.js is there" in found.cure


def test_packages_are_looked_for_on_the_way_up() -> None:
    found = closure(
        {
            "app/src/deep/a.js": "require('express'); require('@scope/own/x'); require('shared')",
            "app/src/b.mjs": "import 'fs/promises'; import 'node:sqlite'; import 'application/x'",
            "app/package.json": "",
            "srv/c.js": "require('express')",
            "app/src/d.js": "require('expres')",
            "app/test/e.js": "require('mocha')",
            "app/eslint.config.js": "require('globals')",
            "app/src/f.js": "try { require('bufferutil') } catch {}",
        }
    )
    assert [(each.path, each.message.split(",")[0]) for each in found.problems] == [
        ("app/src/d.js", "loads expres"),
        ("srv/c.js", "loads express"),
    ]
    assert "express is there" in found.problems[0].cure
    assert [each.message.split(",")[0] for each in found.notes] == ["may load bufferutil"]


@pytest.mark.parametrize(
    ("addon", "problems"),
    [
        ("", ["missing-addon"]),
        ("app/node_modules/native/prebuilds/linux-x64/native.node", []),
        ("app/node_modules/native/build/Release/native.node", []),
        ("app/node_modules/@scope/native-linux-x64/binding.node", []),
        ("app/node_modules/another/another.node", ["missing-addon"]),
        # As canvas and @napi-rs/canvas: another project of the same name.
        ("app/node_modules/@other/native-linux-x64/binding.node", ["missing-addon"]),
    ],
)
def test_an_addon_is_compiled(addon: str, problems: list[str]) -> None:
    sources = {
        "app/a.js": "require('native')",
        "app/node_modules/native/package.json": json.dumps(
            {
                "name": "native",
                "version": "1.0.0",
                "optionalDependencies": {"@scope/native-linux-x64": "1.0.0"},
            }
        ),
        "app/node_modules/native/binding.gyp": "",
        **({addon: ""} if addon else {}),
    }
    assert [each.kind for each in closure(sources).problems] == problems


@pytest.mark.parametrize(
    ("addon", "kind"),
    [
        ("prebuilds/linux-x64/a.node", "missing-library"),
        ("prebuilds/linux-x64/a.glibc.node", "missing-library"),
        ("build/Release/a.node", "missing-library"),
        ("prebuilds/linux-x64/a.musl.node", "other-platform"),
        ("prebuilds/freebsd-x64/a.node", "other-platform"),
        ("prebuilds/linux-arm64/a.node", "other-platform"),
        ("node.abi115.musl.node", "other-platform"),
        ("prebuilds/android-x64/a.bare", "other-platform"),
    ],
)
def test_what_addons_for_other_platforms_lack_is_a_note(addon: str, kind: str) -> None:
    facts = layer(LIBC | NODE | {f"app/node_modules/a/{addon}": Elf(needed=("libabsent.so.1",))})
    found = check_closure(image(facts))
    assert [each.kind for each in found.problems + found.notes] == [kind]
    assert [each.kind for each in found.notes] == ([kind] if kind == "other-platform" else [])


def test_an_addon_that_the_application_does_not_load_is_a_note() -> None:
    found = closure({"app/node_modules/native/binding.gyp": ""})
    assert found.problems == []
    assert [each.kind for each in found.notes] == ["missing-addon"]


def test_a_path_of_the_environment_is_searched() -> None:
    sources = {"srv/c.js": "require('express')"}
    assert closure(sources, {"Env": ["NODE_PATH=/app/node_modules"]}).problems == []


def test_what_is_missing_may_be_allowed() -> None:
    found = closure({"app/src/d.js": "require('generated')"}).problems
    stay, allowed, idle = apply_allowances(found, [Allowance("app/src/*.js", "made at start")])
    assert (stay, len(allowed), idle) == ([], 1, [])


def test_an_image_without_node_is_left_alone() -> None:
    facts = layer({"app/x.js": b""})
    facts["entries"][-1]["requires"] = ["absent"]
    assert check_closure(image(facts)).problems == []
