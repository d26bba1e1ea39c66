"""Effects out of JSON, as locks and the facts of layers have them."""

from __future__ import annotations

from dataclasses import MISSING
from typing import Any, cast

from tools.effects.condition import TESTS, Condition
from tools.effects.effect import DEFAULTS, KINDS, Effect
from tools.errors import FormatError


def from_json(values: object) -> Effect:
    """Read an effect.

    Raises:
        FormatError: it is none.
    """
    if not isinstance(values, dict):
        raise FormatError("effect", str(values), "not an object")
    kind = KINDS.get(values.get("kind", ""))
    if kind is None:
        raise FormatError("effect", str(values), f"unknown kind {values.get('kind')!r}")
    given = {name: value for name, value in values.items() if name != "kind"}
    known = dict(DEFAULTS[kind])
    missing = {name for name, default in known.items() if default is MISSING} - given.keys()
    if missing or given.keys() - known.keys():
        wrong = sorted(missing | (given.keys() - known.keys()))
        raise FormatError("effect", str(values), f"missing or unknown: {', '.join(wrong)}")
    try:
        typed: dict[str, Any] = {name: _typed(name, value) for name, value in given.items()}
        return kind(**typed)
    except (TypeError, ValueError) as error:
        raise FormatError("effect", str(values), str(error)) from error


def _typed(name: str, value: object) -> object:
    if name == "when":
        pairs = cast("list[list[str]]", value)
        conditions = tuple(Condition(test, subject) for test, subject in pairs)
        unknown = {item.test for item in conditions} - TESTS
        if unknown:
            raise ValueError(f"unknown condition {', '.join(sorted(unknown))}")
        return conditions
    if isinstance(value, list):
        return tuple(tuple(item) if isinstance(item, list) else item for item in value)
    return value
