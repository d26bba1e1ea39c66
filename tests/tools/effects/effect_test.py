"""Effects survive JSON, and bad JSON is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tools.effects.condition import TESTS, Condition, opposite
from tools.effects.effect import KINDS, Alternative, Ownership
from tools.effects.effect_json import from_json
from tools.errors import FormatError


def test_reads_what_it_writes() -> None:
    awk = Alternative(
        "/usr/bin/awk", "awk", "/usr/bin/mawk", 5,
        (("/usr/bin/nawk", "nawk", "/usr/bin/mawk"),),
        script="postinst", line=12, when=(Condition("exists", "/usr/bin/mawk"),),
    )  # fmt: skip
    assert from_json(json.loads(json.dumps(awk.to_json()))) == awk
    assert awk.place == "postinst:12"


def test_what_has_its_default_is_not_written() -> None:
    effect = Ownership("/usr/bin/ssh-agent", group="_ssh", mode="2755", script="postinst", line=3)
    assert effect.to_json() == {
        "kind": "ownership",
        "path": "/usr/bin/ssh-agent",
        "group": "_ssh",
        "mode": "2755",
        "script": "postinst",
        "line": 3,
    }


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ("link", "not an object"),
        ({"kind": "magic"}, "unknown kind 'magic'"),
        ({"kind": "symlink", "path": "/x"}, "missing or unknown: line, script, target"),
        ({"kind": "remove", "path": "/x", "line": 1, "script": "a", "x": 1}, "unknown: x"),
        (
            {"kind": "remove", "path": "/x", "line": 1, "script": "a", "when": [["odd", "/"]]},
            "unknown condition odd",
        ),
    ],
)
def test_refuses(values: Any, problem: str) -> None:
    with pytest.raises(FormatError, match=problem):
        from_json(values)


@pytest.mark.parametrize("test", sorted(TESTS))
def test_every_condition_has_an_opposite(test: str) -> None:
    condition = Condition(test, "/x")
    assert opposite(condition) != condition
    assert opposite(opposite(condition)) == condition


def test_names_of_kinds() -> None:
    assert "not-reproduced" in KINDS
    assert "alternative-choice" in KINDS
