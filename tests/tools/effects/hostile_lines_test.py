"""Lines and scripts that are easily read wrongly, or not at all."""

from __future__ import annotations

import pytest

from tools.effects.effect import File, NotReproduced
from tools.effects.package import package_effects
from tools.effects.shell.parser import parse
from tools.effects.shell.words import ShellSyntaxError
from tools.effects.sysusers import sysusers_effects
from tools.effects.tmpfiles import tmpfiles_effects

IDENTITY = {"name": "a", "version": "1", "architecture": "amd64"}


@pytest.mark.parametrize(
    ("argument", "content"),
    [
        ("plain", "plain"),
        ("größe", "größe"),
        (r"a\nb\t\"c\"\\n\s", 'a\nb\t"c"\\n '),
        (r"\x41\101\xc3\xa9", "AAé"),
        (r"\u00e9\U0001F600", "é😀"),
        (r"\xff", "\udcff"),
        ("\udcff", "\udcff"),
    ],
)
def test_escapes_are_those_of_c(argument: str, content: str) -> None:
    (effect,) = tmpfiles_effects(f"f /etc/a 0644 root root - {argument}", "tmpfiles.d/a.conf")
    assert isinstance(effect, File)
    assert effect.content == content


@pytest.mark.parametrize(
    "argument",
    ["\\", r"\x", r"\x4", r"\q", r"\u12", r"\ud800", r"\U00110000", r"\U0000D800", r"\x00", r"\000",
     r"\400", r"\u0000", r"\N{BULLET}"],
)  # fmt: skip
def test_an_escape_that_is_none_is_reported(argument: str) -> None:
    (effect,) = tmpfiles_effects(f"f /etc/a 0644 root root - {argument}", "tmpfiles.d/a.conf")
    assert isinstance(effect, NotReproduced)


def test_numbers_that_no_account_has_are_reported() -> None:
    for identity in ("9" * 5000, "²", "1:" + "9" * 11, "99999999999"):
        for kind in "ug":
            (effect,) = sysusers_effects(f"{kind} a {identity}", "sysusers.d/a.conf")
            assert isinstance(effect, NotReproduced)


def test_scripts_that_are_nested_too_deeply_are_reported() -> None:
    for text in ("${x:-" * 9000, "$(" * 9000, "{ " * 9000, "if " * 9000, "( " * 9000):
        with pytest.raises(ShellSyntaxError, match="nested too deeply"):
            parse(text)
        package_effects({"postinst": text.encode()}, IDENTITY, {}, lambda _: None)
