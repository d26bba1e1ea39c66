"""Files below rules/private cannot be loaded by other modules."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

FILES = sorted(map(str, Path("rules/private").glob("**/*.bzl")))

# The repositories that extensions write are modules' own, and load these.
LOADED_BY_REPOSITORIES = {
    "rules/private/apt/debian_package.bzl",
    "rules/private/apt/package_closure.bzl",
    "rules/private/archive/upstream_archive.bzl",
    "rules/private/npm/packages.bzl",
    "rules/private/pull/pulled_image.bzl",
    "rules/private/pypi/wheel.bzl",
    "rules/private/advisory/advisory_database.bzl",
}


@pytest.mark.parametrize("file", FILES)
def test_a_file_says_who_may_load_it(file: str) -> None:
    text = Path(file).read_text(encoding="utf-8")
    said = re.findall(r"^visibility\((.*)\)$", text, re.MULTILINE)
    assert said == ['"public"' if file in LOADED_BY_REPOSITORIES else '"//..."']
