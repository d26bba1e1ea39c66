"""Conditions on an image, under which an effect happens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of an effect on the image.

    It is decided once for all effects of a script that have it or its opposite: when the first of
    them is reached, because the script tests it there.

    Attributes:
        test: one of ``TESTS``.
        subject: an absolute path, or the name that the test is about; or more, see ``OPPOSITES``.
    """

    test: str
    subject: str


OPPOSITES: Mapping[str, str] = {
    "exists": "missing",
    "file": "not-file",
    "directory": "not-directory",
    "symlink": "not-symlink",
    "executable": "not-executable",
    "nonempty": "empty",
    "program": "no-program",
    "user": "no-user",
    "group": "no-group",
    "installed": "not-installed",
    "triggered": "not-triggered",
    "matches": "matches-not",
}
"""Tests, and the opposite of each.

``exists`` … ``nonempty`` take a path and mean what test(1) says of ``-e -f -d -h -x -s``;
``program``: a command of that name is in /usr/local/sbin, /usr/local/bin, /usr/sbin or /usr/bin;
``user``, ``group``: an account of that name; ``installed``: a package of that name;
``triggered``: a package other than the one that has the effect activates the trigger, or has a file
below it if it is a path (deb-triggers(5)); ``matches``: of a path, a space and a regular expression
of Python, the file at the path has a line in which the expression matches.
"""

TESTS = frozenset({*OPPOSITES, *OPPOSITES.values()})
"""All tests of conditions."""


def opposite(condition: Condition) -> Condition:
    """Return the condition that holds exactly when this one does not."""
    return Condition(_NEGATED[condition.test], condition.subject)


_NEGATED = {**OPPOSITES, **{value: key for key, value in OPPOSITES.items()}}
