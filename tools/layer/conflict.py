"""Conflicts between parts of an image, and the error that reports all of them at once."""

from __future__ import annotations

from tools.errors import PlinthError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from tools.layer.facts import Entry

_MOST_PATHS = 20
_CONTENT = ("type", "mode", "uid", "gid", "sha256", "target", "xattrs")


class PathConflict:
    """Two parts of an image that conflict.

    Attributes:
        path: of the conflict.
        first: origin of one of them.
        second: origin of the other.
        problem: what is wrong.
        cure: what to do.
    """

    __slots__ = ("cure", "first", "path", "problem", "second")

    def __init__(self, path: str, first: str, second: str, problem: str, cure: str) -> None:
        self.path = path
        self.first = first
        self.second = second
        self.problem = problem
        self.cure = cure


class ConflictError(PlinthError):
    """All conflicts.

    Attributes:
        conflicts: in the order in which they were found.
    """

    def __init__(self, conflicts: Iterable[PathConflict]) -> None:
        self.conflicts = tuple(conflicts)
        super().__init__("\n".join(_lines(self.conflicts)))


def same_entry(first: Entry, second: Entry) -> bool:
    """Return whether two entries of one path are equal, so that their order does not matter."""
    return all(first.get(key) == second.get(key) for key in _CONTENT)


def shown(path: str) -> str:
    """Return a path of an image in a printable form."""
    return path.encode("utf-8", "backslashreplace").decode()


def _lines(conflicts: Iterable[PathConflict]) -> Iterable[str]:
    """Return one line for each problem between two parts, with all its paths, and one cure."""
    groups: dict[tuple[str, str, str, str], list[str]] = {}
    for each in conflicts:
        alike = (each.problem, each.first, each.second, each.cure)
        groups.setdefault(alike, []).append(shown(each.path))
    for (problem, first, second, cure), paths in groups.items():
        yield f"{paths[0]}: {problem}: {first} and {second}"
        if paths[1:]:
            more = len(paths) - 1 - _MOST_PATHS
            listed = ", ".join(paths[1 : _MOST_PATHS + 1])
            yield f"  likewise {listed}" + (f" and {more} more" if more > 0 else "")
        yield f"  {cure}"
