"""A problem of an image, its cures, and the problems that a test accepts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.errors import PlinthError
from tools.layer.path_policy import Glob

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with an image.

    Attributes:
        kind: a word for programs: "missing-library".
        path: the file that has the problem, in the image; empty for the image itself.
        origin: the package or target that brought the file.
        message: what is wrong.
        details: more about it, a line each.
        cure: what to do.
        rank: how much it matters, one of ``closure_standing.RANKS``; empty if all problems matter.
    """

    kind: str
    path: str
    origin: str
    message: str
    details: tuple[str, ...] = ()
    cure: str = ""
    rank: str = ""

    def text(self) -> str:
        """For people."""
        origin = self.origin.removeprefix("@@")
        where = shown(self.path) + (f" ({origin})" if origin else "")
        lines = [f"{where}: {self.message}" if where else self.message, *self.details]
        return "\n    ".join([*lines, *([self.cure] if self.cure else [])])

    def document(self) -> dict[str, Any]:
        """For programs."""
        return {
            "kind": self.kind,
            "path": self.path,
            "origin": self.origin,
            "message": self.message,
            "details": list(self.details),
            "cure": self.cure,
            **({"rank": self.rank} if self.rank else {}),
        }


@dataclass(frozen=True, slots=True)
class Allowance:
    """Permission for a problem.

    Attributes:
        path: a glob, as in path policies; without a leading slash.
        reason: why.
    """

    path: str
    reason: str


def read_allowances(items: Iterable[dict[str, str]]) -> list[Allowance]:
    """Read {"path", "reason"} objects.

    Raises:
        PlinthError: one has no reason.
    """
    allowances = [Allowance(item["path"].lstrip("/"), item["reason"].strip()) for item in items]
    for item in allowances:
        if not item.reason:
            raise PlinthError(f"allow: {item.path!r} has no reason\n  give the reason")
    return allowances


def apply_allowances(
    problems: Iterable[Problem], allowances: Iterable[Allowance]
) -> tuple[list[Problem], list[tuple[Problem, str]], list[Allowance]]:
    """Separate the allowed problems from the others.

    Returns:
        The problems that stay, those that are allowed with the reason, and the allowances that
        match nothing.

    Raises:
        PlinthError: a glob is malformed.
    """
    globs = [(Glob(item.path), item) for item in allowances]
    used: set[Allowance] = set()
    stay: list[Problem] = []
    allowed: list[tuple[Problem, str]] = []
    for problem in problems:
        # A problem of the whole image belongs to no file.
        fitting = [item for glob, item in globs if problem.path and glob.matches(problem.path)]
        used.update(fitting)
        if fitting:
            allowed.append((problem, fitting[0].reason))
        else:
            stay.append(problem)
    return stay, allowed, [item for _, item in globs if item not in used]


def shown(path: str) -> str:
    """Return a path of an image in a printable form."""
    return path.encode("utf-8", "backslashreplace").decode()
