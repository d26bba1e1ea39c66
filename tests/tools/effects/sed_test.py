"""What sed(1) makes of a text that is known: each row as GNU sed 4.9 prints it."""

from __future__ import annotations

import pytest

from tests.tools.effects.script import effects_of, shown
from tools.effects.effect import NotReproduced


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        ("s/b/x/", "a x c x d"),
        ("2,3d", "a b d"),
        ("2,1d", "a c b d"),
        ("4,\\$d", "a b c"),
        ("/b/,/c/d", "a"),
        ("/c/,/b/d", "a b d"),
        ("/b/,3s/$/!/", "a b! c! b! d"),
        ("'/c/,$s/b/x/'", "a b c x d"),
        ("0,/b/s/b/x/", "a x c b d"),
        ("1,/a/s/^/-/", "-a -b -c -b -d"),
        ("0,/a/s/^/-/", "-a b c b d"),
        ("'/b/,/c/!d'", "b c b d"),
        ("-n /c/,/b/p", "c b"),
        ("'s/b/x/ ; s/x/y/'", "a y c y d"),
        ("'s/\\(.*\\)/\\U\\1/'", "A B C B D"),
        ("'s/c/\\LX&/'", "a b xc b d"),
    ],
)
def test_prints(arguments: str, printed: str) -> None:
    script = f"printf 'a\\nb\\nc\\nb\\nd\\n' | sed {arguments} > /etc/t"
    lines = "".join(f"{line}\n" for line in printed.split())
    assert shown(effects_of(script)) == [f"file path=/etc/t content={lines}"]


@pytest.mark.parametrize("arguments", ["'s/b/x\\Ux/'", "'s/b/\\l&/'", "'y/a/b/'", "'/b/{s/b/c/}'"])
def test_what_is_not_understood_is_no_guess(arguments: str) -> None:
    (effect,) = effects_of(f"mkdir /srv/$(echo b | sed {arguments})")
    assert isinstance(effect, NotReproduced)
