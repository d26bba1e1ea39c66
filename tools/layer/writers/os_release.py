"""Writes os-release(5): shell assignments, every value in double quotes."""

from __future__ import annotations

from tools.errors import PlinthError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_SPECIAL = ("\\", '"', "$", "`")


def format_os_release(values: Mapping[str, str]) -> str:
    """Write one assignment per line, in the given order.

    Raises:
        PlinthError: a key is no shell name in capitals, or a value has a line break.
    """
    lines = []
    for key, value in values.items():
        bare = key.replace("_", "")
        if not bare.isascii() or not bare.isalnum() or bare != bare.upper() or key[0].isdigit():
            raise PlinthError(f"os-release: {key!r} is not a name like PRETTY_NAME")
        if "\n" in value or "\0" in value:
            raise PlinthError(f"os-release: the value of {key} has a line break")
        for character in _SPECIAL:
            value = value.replace(character, "\\" + character)  # noqa: PLW2901
        lines.append(f'{key}="{value}"\n')
    return "".join(lines)
