"""os-release(5)."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.workbench import Workbench
from tools.errors import PlinthError
from tools.layer.writers.os_release import format_os_release


def test_the_file(workbench: Workbench) -> None:
    values = {"PRETTY_NAME": "Distroless", "VERSION": "13 (trixie)"}
    fragment = workbench.fragment("os-release-fragment", ("os_release", values))
    written = fragment.content("usr/lib/os-release")
    assert written == b'PRETTY_NAME="Distroless"\nVERSION="13 (trixie)"\n'


@given(st.text(st.characters(blacklist_characters="\n\r\0", blacklist_categories=["Cs"])))
def test_a_shell_reads_the_value_back(value: str) -> None:
    line = format_os_release({"NAME": value}).removesuffix("\n")
    (word,) = shlex.split(line.replace("\\$", "$").replace("\\`", "`"))
    assert word == f"NAME={value}"


@pytest.mark.parametrize("values", [{"a b": "x"}, {"name": "x"}, {"1A": "x"}, {"A": "x\ny"}])
def test_what_a_shell_could_not_read(values: dict[str, str]) -> None:
    with pytest.raises(PlinthError, match="os-release"):
        format_os_release(values)
