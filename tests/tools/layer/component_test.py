"""Software that installers other than dpkg bring is recognized by its metadata."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tools.layer.component import describe_component, is_metadata, normalize

if TYPE_CHECKING:
    from tests.tools.workbench import Workbench
    from tools.layer.facts import ComponentFacts

METADATA = """\
Metadata-Version: 2.4
Name: Some_Thing
Version: 1.2
Author-email: Ada Author <ada@mail.example>
License-Expression: MIT OR Apache-2.0
Project-URL: Documentation, https://docs.example
Project-URL: Homepage, https://project.example
Requires-Dist: click (>=7.0)
Requires-Dist: Foo.Bar[speed]>=2; python_version < "3.14"
Requires-Dist: pytest; extra == "test"

Name: of another thing, in the description
"""


def python(metadata: str) -> ComponentFacts:
    found = describe_component("x-1.dist-info/METADATA", metadata)
    assert found
    return found


def test_python_metadata() -> None:
    assert python(METADATA) == {
        "type": "pypi",
        "name": "Some_Thing",
        "version": "1.2",
        "license": "MIT OR Apache-2.0",
        "homepage": "https://project.example",
        "supplier": "Ada Author <ada@mail.example>",
        "requires": ["click", "foo-bar"],
    }


@pytest.mark.parametrize(
    ("fields", "license_text"),
    [
        ("License: BSD", "BSD"),
        ("License: UNKNOWN", ""),
        ("License: " + "All of the text. " * 40, ""),
        ("Classifier: License :: OSI Approved :: MIT", "License :: OSI Approved :: MIT"),
        ("", ""),
    ],
)
def test_the_license_of_python_metadata(fields: str, license_text: str) -> None:
    assert python(f"Name: x\nVersion: 1\n{fields}\n").get("license", "") == license_text


def test_node_metadata() -> None:
    package = {
        "name": "@scope/thing",
        "version": "2.0.1",
        "license": {"type": "ISC"},
        "author": {"name": "Ada Author"},
        "dependencies": {"ms": "^2"},
        "optionalDependencies": {"@scope/thing-linux-x64": "2.0.1"},
    }
    assert describe_component("node_modules/@scope/thing/package.json", json.dumps(package)) == {
        "type": "npm",
        "name": "@scope/thing",
        "version": "2.0.1",
        "license": "ISC",
        "supplier": "Ada Author",
        "requires": ["@scope/thing-linux-x64", "ms"],
    }


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"name": 1, "version": "1"}'])
def test_what_says_nothing_is_no_component(text: str) -> None:
    assert describe_component("node_modules/x/package.json", text) is None
    assert describe_component("x-1.dist-info/METADATA", text) is None


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        ("opt/app/node_modules/ms/package.json", True),
        ("opt/app/node_modules/a/node_modules/@b/c/package.json", True),
        ("opt/app/node_modules/ms/lib/package.json", False),
        ("opt/app/package.json", False),
        ("usr/lib/python3/dist-packages/six-1.dist-info/METADATA", True),
        ("srv/METADATA", False),
    ],
)
def test_where_metadata_lies(path: str, is_one: bool) -> None:
    assert is_metadata(path) is is_one


def test_names_of_distributions_are_normalized() -> None:
    assert normalize("Foo._-Bar") == "foo-bar"


def test_facts_and_layers_carry_components(workbench: Workbench) -> None:
    source = workbench.directory / "package.json"
    source.write_text('{"name": "ms", "version": "2.1.3"}')
    path = "app/node_modules/ms/package.json"
    fragment = workbench.fragment(
        "files-fragment",
        ("file", {"src": str(source), "path": path}),
        ("component", {"type": "archive", "name": "ms", "version": "2.1.3"}),
        ("origin", "//:ms"),
    )
    assert fragment.entry(path)["component"] == {"type": "npm", "name": "ms", "version": "2.1.3"}
    _, facts = workbench.layer(fragment)
    layer = json.loads(facts.read_text())
    assert layer["components"] == [
        {"type": "archive", "name": "ms", "version": "2.1.3", "origin": "//:ms"}
    ]


HOSTILE = [
    value
    for value in json.loads(Path("tests/grammar.json").read_text(encoding="utf-8"))["anywhere"]
    if isinstance(value, str) and value.strip()
]


@pytest.mark.parametrize("value", HOSTILE)
def test_no_metadata_reaches_a_terminal_unescaped(value: str) -> None:
    node = json.dumps(
        {
            "name": value,
            "version": value,
            "license": value,
            "author": {"name": value},
            "homepage": value,
            "dependencies": {value: "1"},
        }
    )
    lines = ("Name", "Version", "License", "Author", "Home-page", "Requires-Dist")
    python = "".join(f"{name}: {value}\n" for name in lines)
    for found in (
        describe_component("node_modules/x/package.json", node),
        describe_component("x-1.dist-info/METADATA", python),
    ):
        # A component stays one, so that a search cannot miss it.
        assert found
        for text in (*found["requires"], *(found[field] for field in ("name", "version"))):
            assert text.isprintable()
            assert len(text) <= 4096
