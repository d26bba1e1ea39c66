"""The tree that the facts of fragments and layers describe, with symbolic links followed."""

from __future__ import annotations

from tools.tar.reader import MOST_LINKS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from tools.layer.facts import Entry, Facts


class Tree:
    """Files, links and directories by path; later facts replace earlier ones."""

    __slots__ = ("_children", "_entries")

    def __init__(self, facts: Iterable[Facts]) -> None:
        self._entries: dict[str, Entry] = {}
        for item in facts:
            for entry in item["entries"]:
                self._entries[entry["path"]] = entry
        self._children: dict[str, set[str]] = {"": set()}
        for path in self._entries:
            self._join(path)

    def _join(self, path: str) -> None:
        """Add a path to its directory, and that directory to its own."""
        while path:
            parent, _, leaf = path.rpartition("/")
            siblings = self._children.get(parent)
            if siblings is not None:
                siblings.add(leaf)
                return
            self._children[parent] = {leaf}
            path = parent

    def resolve(self, path: str) -> str | None:
        """Return the path without symbolic links in it; None when nothing is there."""
        done: list[str] = []
        parts = [part for part in path.split("/") if part]
        links = 0
        while parts:
            part = parts.pop(0)
            if part == ".":
                continue
            if part == "..":
                done = done[:-1]
                continue
            name = "/".join([*done, part])
            entry = self._entries.get(name)
            if entry is not None and entry["type"] == "symlink":
                links += 1
                if links > MOST_LINKS:
                    return None
                target: str = entry["target"]
                if target.startswith("/"):
                    done = []
                parts = [piece for piece in target.split("/") if piece] + parts
            elif entry is None and name not in self._children:
                return None
            else:
                done.append(part)
        return "/".join(done)

    def file(self, path: str) -> Entry | None:
        """Return the regular file of a path, with links followed; None if there is none."""
        resolved = self.resolve(path)
        entry = self._entries.get(resolved) if resolved is not None else None
        if entry is not None and entry["type"] == "hardlink":
            entry = self._entries.get(entry["target"])
        return entry if entry is not None and entry["type"] == "file" else None

    def is_symlink(self, path: str) -> bool:
        """Return whether the path itself is a symbolic link; ``path`` must be free of others."""
        entry = self._entries.get(path)
        return entry is not None and entry["type"] == "symlink"

    def names(self, directory: str) -> list[str]:
        """Return the sorted names in a directory; ``directory`` must be free of links."""
        return sorted(self._children.get(directory, ()))
