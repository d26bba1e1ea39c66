"""Modes, as chmod(1) takes them."""

from __future__ import annotations

import pytest

from tools.configure.modes import change_mode


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        (0o644, "755", 0o755),
        (0o644, "2750", 0o2750),
        (0o755, "g+s", 0o2755),
        (0o644, "u=rw,g=r,o=", 0o640),
        (0o640, "a+X", 0o640),
        (0o740, "a+X", 0o751),
        (0o755, "go-rwx", 0o700),
        (0o644, "+x", 0o755),
        (0o755, "o-rx,+t", 0o1750),
        (0o640, "g=u", 0o660),
    ],
)
def test_a_mode_is_changed(before: int, text: str, after: int) -> None:
    assert change_mode(before, text) == after


def test_a_directory_keeps_its_set_id_bits() -> None:
    assert change_mode(0o2755, "750", directory=True) == 0o2750
