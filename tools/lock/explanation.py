"""Why a package is in a lock."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping

from tools.debian.errors import PlinthError
from tools.lock.lockfile import Lock
from tools.lock.suggestion import did_you_mean


class NotLockedError(PlinthError):
    """A package to be explained is not in the lock.

    Attributes:
        name: of the package.
    """

    def __init__(self, name: str, known: Collection[str]) -> None:
        self.name = name
        cure = did_you_mean(name, known) or f"It has {len(known)} packages, under other names."
        super().__init__(f'the lock has no package "{name}"\n  {cure}')


def explain(name: str, lock: Lock, roots: Collection[str]) -> list[str]:
    """Lines that say why a package is there: for each architecture the shortest way to it.

    Args:
        name: of the package.
        lock: the lock.
        roots: the names that the manifest asks for.

    Raises:
        NotLockedError: it is in no architecture, and nobody wanted it.
    """
    lines: dict[str, list[str]] = {}
    for architecture, packages in sorted(lock.packages.items()):
        depends = {package.name: package.depends for package in packages}
        if name in depends:
            # A root that is virtual stands for its provider, which nothing else may want.
            starts = sorted(set(roots) & depends.keys()) or sorted(depends)
            line = " → ".join(["manifest", *(_shortest(starts, name, depends) or [name])])
        elif name in lock.omitted.get(architecture, {}):
            wanters = ", ".join(lock.omitted[architecture][name])
            line = f"omitted by the manifest; wanted by {wanters}"
        else:
            continue
        lines.setdefault(line, []).append(architecture)
    if not lines:
        known = {package.name for packages in lock.packages.values() for package in packages}
        raise NotLockedError(name, known)
    return [f"{name} [{', '.join(where)}]: {line}" for line, where in lines.items()]


def _shortest(
    starts: Collection[str], goal: str, depends: Mapping[str, tuple[str, ...]]
) -> list[str] | None:
    """Breadth first, names in order: the same way every time."""
    came_from: dict[str, str | None] = dict.fromkeys(starts)
    queue = deque(starts)
    while queue:
        name = queue.popleft()
        if name == goal:
            path = [name]
            while (before := came_from[path[-1]]) is not None:
                path.append(before)
            return path[::-1]
        for next_name in depends.get(name, ()):
            if next_name not in came_from:
                came_from[next_name] = name
                queue.append(next_name)
    return None
