"""The rules and the tools read the same mirrors out of the same configuration."""

from __future__ import annotations

import runpy
from typing import TYPE_CHECKING, Any

import pytest

from tools.fetch.mirror import MirrorError, base_urls

if TYPE_CHECKING:
    from pathlib import Path

# Its Starlark is Python as well; //tests/rules:apt_sources_test holds the rules to it.
CASES = runpy.run_path("tests/rules/apt_sources_cases.bzl")


@pytest.mark.parametrize("case", CASES["APT_CASES"], ids=lambda case: case["about"])
def test_apt(case: dict[str, Any], tmp_path: Path) -> None:
    name = case["name"]
    path = tmp_path / (f"sources.list.d/{name}" if name.endswith(".sources") else name)
    path.parent.mkdir(exist_ok=True)
    path.write_text(case["text"].replace("{apt}", str(tmp_path)), newline="")
    for other, text in case.get("others", {}).items():
        (tmp_path / other).write_text(text)
    assert urls(apt_directory=str(tmp_path)) == case["urls"]


@pytest.mark.parametrize("case", CASES["VARIABLE_CASES"], ids=lambda case: case["text"])
def test_the_variable(case: dict[str, Any], tmp_path: Path) -> None:
    environment = {"PLINTH_MIRRORS": case["text"]}
    if "refused" in case:
        with pytest.raises(MirrorError) as caught:
            urls(environment=environment, apt_directory=str(tmp_path))
        assert case["refused"].endswith(caught.value.item)
    else:
        assert urls(environment=environment, apt_directory=str(tmp_path)) == case["urls"]


def urls(**options: Any) -> list[str]:
    found = base_urls("debian", **{"configured": (), "stamp": None, "environment": {}, **options})
    return list(found)
