"""The contract between the Starlark rules and the action tools.

An action runs ``tools @PARAMS``. PARAMS is a UTF-8 file. Its first line is the verb; each further
one is a JSON object with exactly one key, so that Starlark can expand a depset into lines without
flattening it:

    package-fragment
    {"deb": "external/…/bash.deb"}
    {"policy": "default"}
    {"out_segment": "bazel-out/…/bash.segment"}

In the lists of keys, ``*`` marks a key that may occur on any number of lines and makes a list in
the given order; any other key occurs at most once. ``?`` marks optional keys. Unknown keys are
errors. Paths named ``src``,
``deb``, ``segment``, ``facts``, ``out…`` are files of the action; paths named ``path`` are paths in
the image: relative, without a leading ``/`` or ``./``. Modes are octal strings such as ``"0755"``.

The docstring of each verb's module, which ``program.py`` names, lists the keys of that verb. Keys
of several verbs are listed once: with ``FRAGMENT_KEYS`` in ``tools/layer/fragment.py``,
``VERDICT_KEYS`` and ``REPORT_KEYS`` in ``tools/inspect``, ``SUBJECT_KEYS`` in ``tools/sbom``.
"""

from __future__ import annotations

from tools.action import json_text
from tools.errors import PlinthError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any


class ParamsError(PlinthError):
    """The params file breaks the contract; a bug of the rules, not of the user."""


class Params:
    """The checked content of a params file."""

    __slots__ = ("_values", "source")

    def __init__(self, values: dict[str, list[Any]], source: str = "params") -> None:
        """Wrap ``values``, a list per key; ``source`` is their file, for messages."""
        self._values = values
        self.source = source

    def only(self, keys: Iterable[str]) -> None:
        """Refuse keys that the verb does not know.

        Raises:
            ParamsError: a key is not among ``keys``.
        """
        unknown = sorted(set(self._values) - set(keys))
        if unknown:
            raise ParamsError(f"{self.source}: unknown key {unknown[0]!r}")

    def many(self, key: str) -> list[Any]:
        """All values of ``key``, in the order of their lines."""
        return self._values.get(key, [])

    def one(self, key: str, default: Any = None) -> Any:
        """Return the value of a key that occurs at most once.

        Raises:
            ParamsError: the key occurs twice, or is missing and has no default.
        """
        values = self._values.get(key, [])
        if len(values) > 1:
            raise ParamsError(f"{self.source}: key {key!r} occurs {len(values)} times")
        if values:
            return values[0]
        if default is None:
            raise ParamsError(f"{self.source}: key {key!r} is missing")
        return default

    def path(self, key: str) -> str:
        """Return the value of a key that must be there and be a file name."""
        value = self.one(key)
        if not isinstance(value, str) or not value:
            raise ParamsError(f"{self.source}: key {key!r} must be a path, not {value!r}")
        return value

    def outputs(self) -> list[str]:
        """Return the files that the action is to write."""
        return [
            value
            for key, values in self._values.items()
            for value in values
            if key.startswith("out") and isinstance(value, str)
        ]

    def optional(self, key: str) -> Any:
        """Return the value of a key that occurs at most once, or None."""
        return self.one(key) if key in self._values else None


def parse_params(lines: Iterable[str], source: str) -> Params:
    """Read the lines after the verb; ``source`` is the name of their file, for messages.

    Raises:
        ParamsError: a line is not an object with one key.
    """
    values: dict[str, list[Any]] = {}
    for number, line in enumerate(lines, 2):
        if not line.strip():
            continue
        try:
            item = json_text.loads(line)
        except ValueError as error:
            raise ParamsError(f"{source}:{number}: {error}") from error
        if not isinstance(item, dict) or len(item) != 1:
            raise ParamsError(f"{source}:{number}: a line must be an object with one key")
        ((key, value),) = item.items()
        values.setdefault(key, []).append(value)
    return Params(values, source)


def parse_mode(text: str, where: str) -> int:
    """Turn an octal string (``"0755"``) into a mode.

    Raises:
        ParamsError: not octal, or beyond 07777.
    """
    try:
        mode = int(text, 8)
    except (TypeError, ValueError):
        mode = -1
    if not 0 <= mode <= 0o7777:
        raise ParamsError(
            f"{where}: {text!r} is not a file mode\n  write four octal digits, such as '0755'"
        )
    return mode
