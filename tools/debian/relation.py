"""Relationships between packages, Debian Policy §7.1.

A relation field holds *groups* separated by commas; each group holds alternatives separated by
``|``; each alternative is one :class:`Relation`. ``libc6 (>= 2.38), media-types | mime-support``
is two groups.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from tools.debian.version import Version
from tools.errors import FormatError


@dataclass(frozen=True)
class Relation:
    """One alternative: a package name and its restrictions.

    Attributes:
        name: the package asked for, real or virtual.
        qualifier: ``any``, ``native`` or an architecture after a colon; empty when absent.
        operator: one of ``<< <= = >= >>``; empty when any version will do.
        version: the version text the operator compares with.
        architectures: the ``[amd64 !s390x]`` restriction list, in order; empty when absent.
    """

    name: str
    qualifier: str = ""
    operator: str = ""
    version: str = ""
    architectures: tuple[str, ...] = field(default=())

    def accepts(self, version: Version) -> bool:
        """Return whether a package of this name in this version satisfies the version part."""
        return not self.operator or _COMPARE[self.operator](version, self._bound)

    def applies_to(self, architecture: str) -> bool:
        """Return whether the restriction list lets this relation count on an architecture."""
        if not self.architectures:
            return True
        # Policy §7.1: either none or all of the names carry a "!".
        listed = any(
            architecture_matches(entry.removeprefix("!"), architecture)
            for entry in self.architectures
        )
        return listed is not self.architectures[0].startswith("!")

    def __str__(self) -> str:
        text = f"{self.name}:{self.qualifier}" if self.qualifier else self.name
        if self.operator:
            text += f" ({self.operator} {self.version})"
        if self.architectures:
            text += f" [{' '.join(self.architectures)}]"
        return text

    @cached_property
    def _bound(self) -> Version:
        return Version(self.version)


Group = tuple[Relation, ...]
"""Alternatives, in the order of preference."""


def parse_relations(text: str) -> tuple[Group, ...]:
    """Read the value of a field such as ``Depends``.

    Raises:
        FormatError: with the alternative that is wrong and why.
    """
    # A trailing comma is common in hand-written control files, and dpkg accepts it.
    groups = text.strip().rstrip(",").split(",")
    if groups == [""]:
        return ()
    return tuple(
        tuple(parse_relation(alternative) for alternative in group.split("|")) for group in groups
    )


def parse_relation(text: str) -> Relation:
    """Read one alternative, such as ``foo:any (>= 1.0) [amd64 arm64]``.

    Raises:
        FormatError: with the text and what is wrong in it.
    """
    text = " ".join(text.split())
    found = _RELATION.fullmatch(text)
    if not found:
        raise FormatError("relation", text, _blame(text))
    name, qualifier, operator, version, architectures = found.groups(default="")
    names = tuple(architectures.split())
    if len({entry.startswith("!") for entry in names}) > 1:
        raise FormatError(
            "relation", text, f'"[{architectures}]" mixes names with and without a "!"'
        )
    for entry in names:
        if not _ARCHITECTURE.fullmatch(entry):
            raise FormatError("relation", text, f'"{entry}" is not an architecture')
    relation = Relation(name, qualifier, _MODERN.get(operator, operator), version, names)
    if version:
        Version(version)
    return relation


def format_group(group: Group) -> str:
    """Return the text of a group in the form of a control file."""
    return " | ".join(map(str, group))


def architecture_matches(wildcard: str, architecture: str) -> bool:
    """Return whether ``architecture`` is, or is one of, ``wildcard`` (Policy §11.1.1).

    Understands ``any``, ``linux-any`` and ``any-CPU``; Debian's Linux names (``amd64``) mean
    ``linux-amd64``.
    """
    if wildcard in (architecture, "any", "linux-any"):
        return True
    return wildcard in (f"any-{architecture}", f"linux-{architecture}")


_NAME = r"[A-Za-z0-9][A-Za-z0-9+._-]{0,213}"
_ARCHITECTURE = re.compile(r"!?[a-z0-9][a-z0-9-]*")
_RELATION = re.compile(
    rf"({_NAME})(?::([a-z0-9-]+))?"
    r"(?: ?\( ?(<<|<=|=|>=|>>|<|>) ?([^\s()]+) ?\))?"
    r"(?: ?\[ ?([^\][]*?) ?\])?"
)
# Policy §7.1: "<" and ">" are obsolete spellings of "<=" and ">=".
_MODERN = {"<": "<=", ">": ">="}
_COMPARE = {
    "<<": lambda ours, bound: ours < bound,
    "<=": lambda ours, bound: ours <= bound,
    "=": lambda ours, bound: ours == bound,
    ">=": lambda ours, bound: ours >= bound,
    ">>": lambda ours, bound: ours > bound,
}


def _blame(text: str) -> str:
    if not text:
        return "there is nothing between two separators"
    if not re.match(_NAME, text):
        return "it does not start with a package name"
    if "<" in text and "(" not in text.partition("<")[0]:
        return "build profiles (<…>) belong to source packages"
    if text.count("(") != text.count(")") or text.count("[") != text.count("]"):
        return "a bracket is not closed"
    if "(" in text:
        return "a version is written (OPERATOR VERSION), with one of << <= = >= >>"
    return "expected NAME[:QUALIFIER] [(OPERATOR VERSION)] [[ARCHITECTURES]]"
