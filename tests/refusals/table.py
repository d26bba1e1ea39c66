"""The table of refusals: the mistakes that users make, and what they read then.

``*.toml`` next to this file hold the rows, a file for each topic. Bazel makes the mistakes of
``build`` and ``module`` (rules_test.py), the tools those of ``error`` (tools_test.py), and
docs/reference/messages.md is written from all of them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

DIRECTORY = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Refusal:
    """One mistake.

    Attributes:
        name: one word; also the directory that Bazel makes the mistake in.
        mistake: what the user did.
        message: what the user reads: ``<…>`` is any text, ``//app`` for the directory.
        cure: what to do about it.
        build: a BUILD file that makes the mistake.
        module: what it takes in MODULE.bazel. ``apt``, ``archive``, ``npm``, ``pypi``,
            ``image_pull`` and ``advisory_databases`` are the extensions of those names.
        files: further files of the directory, by name.
        alone: whether nothing else can be built with it: a module extension fails.
        command: the arguments of Bazel, for a mistake of the command line.
        environment: variables that Bazel runs with.
        error: the class of the tools' error.
        hidden: why no user meets it, if none does: then it is not in the reference.
    """

    name: str
    mistake: str
    message: str
    cure: str = ""
    build: str = ""
    module: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    alone: bool = False
    command: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    error: str = ""
    hidden: str = ""

    def __post_init__(self) -> None:
        if type(self.command) is not tuple:
            object.__setattr__(self, "command", tuple(self.command))

    @property
    def pattern(self) -> re.Pattern[str]:
        """Return what finds the message, in the directory of this row."""
        return _pattern(re.sub(r"//app\b", f"//{self.name}", self.message))

    def says(self, text: str) -> bool:
        """Return whether a text that users read has the message."""
        return bool(self.pattern.search(text))


@dataclass(frozen=True, slots=True)
class Topic:
    """The rows of one file, under the title of its first line."""

    title: str
    refusals: tuple[Refusal, ...]


def read_table() -> tuple[Topic, ...]:
    """Return the whole table."""
    topics = []
    for path in sorted(DIRECTORY.glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        topics.append(Topic(table["title"], tuple(Refusal(**row) for row in table["refusal"])))
    return tuple(topics)


def _pattern(message: str) -> re.Pattern[str]:
    parts = re.split(r"<[^<>]*>", " ".join(message.split()))
    return re.compile(".+?".join(re.escape(part) for part in parts))
