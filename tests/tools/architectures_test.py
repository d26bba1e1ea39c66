"""The rules and the tools know the same of Debian's architectures."""

from __future__ import annotations

import json
import os
import runpy
from types import SimpleNamespace
from typing import Any

import pytest

from tools.debian.abi import abi_of
from tools.effects.commands.debian import TRIPLETS
from tools.grammar.architectures import ARCHITECTURES
from tools.image.config import build_config
from tools.inspect.image_facts import ImageFacts
from tools.registry.load import choose_image

# Its Starlark is Python as well; //tests/rules:architecture_test holds the rules to it.
CASES = runpy.run_path("tests/rules/architecture_cases.bzl")["ARCHITECTURE_CASES"]


def test_images_are_built_for_all_of_them() -> None:
    assert list(ARCHITECTURES) == [case["debian"] for case in CASES]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["debian"])
def test_an_architecture(case: dict[str, Any]) -> None:
    debian = case["debian"]
    for name in {debian, case["oci"]}:
        variant = {"variant": case["variant"]} if name != debian and case["variant"] else {}
        config = build_config({"architecture": name, **variant}, [], None)
        assert config["architecture"] == case["oci"]
        assert config.get("variant", "") == case["variant"]
        assert ImageFacts("//:image", config, {}, ()).architecture == debian
    assert TRIPLETS[debian] == abi_of(debian).triplet == case["triplet"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["debian"])
def test_a_machine_loads_its_own_image(
    case: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "uname", lambda: SimpleNamespace(machine=case["machine"]))
    manifests = [{"platform": {"os": "linux", "architecture": each["oci"]}} for each in CASES]
    publication: Any = SimpleNamespace(
        index=SimpleNamespace(content=json.dumps({"manifests": manifests})),
        images=[each["debian"] for each in CASES],
        label="//:index",
    )
    assert choose_image(publication) == case["debian"]
