"""The file system of an image during its configuration: its files, and the changes."""

from __future__ import annotations

from tools.configure.modes import change_mode
from tools.layer.merged_usr import merge_usr
from tools.layer.path_policy import Glob
from tools.layer.tree import Tree
from tools.tar.digest import sha256
from tools.tar.reader import MOST_LINKS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tools.configure.contents import Contents
    from tools.layer.facts import Entry, Facts

_WELL_KNOWN_MODES = {"root": 0o700, "tmp": 0o1777, "var/tmp": 0o1777}


class Root(Tree):
    """Entries by path that can be changed. The facts they come from stay as they are.

    Paths are taken as scripts write them: with or without a leading slash, through merged-usr
    links and others.

    Attributes:
        own: paths of the configured packages.
        contents: reads the files that are there from the start.
        touched: paths that were changed, added or removed.
    """

    __slots__ = ("_before", "contents", "own", "touched")

    def __init__(self, below: Iterable[Facts], own: Iterable[Facts], contents: Contents) -> None:
        own = list(own)
        super().__init__([*below, *own])
        self.own: set[str] = {entry["path"] for facts in own for entry in facts["entries"]}
        self.contents = contents
        self.touched: set[str] = set()
        self._before: dict[str, Entry] = {}

    # What is there

    def locate(self, path: str, *, follow: bool = True) -> str:
        """Return where a path leads: relative, links followed, whether or not something is there.

        Args:
            path: any path.
            follow: whether a link at the end is followed as well.
        """
        done: list[str] = []
        parts = [part for part in merge_usr(path.strip("/")).split("/") if part]
        links = 0
        while parts:
            part = parts.pop(0)
            if part in {".", ".."}:
                done = done[:-1] if part == ".." else done
                continue
            name = "/".join([*done, part])
            entry = self._entries.get(name)
            if entry is not None and entry["type"] == "symlink" and (parts or follow):
                links += 1
                if links > MOST_LINKS:
                    break
                target: str = entry["target"]
                done = [] if target.startswith("/") else done
                parts = [piece for piece in target.split("/") if piece] + parts
            else:
                done.append(part)
        return merge_usr("/".join(done)) if "usr" in self._children else "/".join(done)

    def entry(self, path: str, *, follow: bool = True) -> Entry | None:
        """Return the entry of a path, with links followed; None if there is none."""
        name = self.locate(path, follow=follow)
        entry = self._entries.get(name)
        if entry is None and (name in self._children or not name):
            mode = _WELL_KNOWN_MODES.get(name, 0o755)
            return {"path": name, "type": "directory", "mode": mode, "uid": 0, "gid": 0}
        if entry is not None and entry["type"] == "hardlink":
            file = self._entries.get(entry["target"])
            return {**file, "path": name, "content_of": file["path"]} if file else None
        return entry

    def is_entry(self, name: str) -> bool:
        """Return whether a package, or a change, has exactly this path."""
        return name in self._entries

    def exists(self, path: str) -> bool:
        """Return whether the path exists, as ``test -e`` reports."""
        return self.entry(path) is not None

    def is_directory(self, path: str) -> bool:
        """Return whether a path leads to a directory."""
        entry = self.entry(path)
        return entry is not None and entry["type"] == "directory"

    def read(self, path: str) -> bytes:
        """Return the content of a file.

        Raises:
            PlinthError: it is not at hand.
        """
        name = self.locate(path)
        entry = self._entries.get(name)
        if entry is not None and entry["type"] == "hardlink":
            name = entry["target"]
            entry = self._entries.get(name)
        if entry is not None and "data" in entry:
            return entry["data"]
        if entry is not None and _has_text(entry):
            return entry["text"].encode("utf-8")
        return self.contents.read(entry["content_of"] if entry and "content_of" in entry else name)

    def fetch(self, paths: Iterable[str]) -> None:
        """Read some files at once, so that each package is unpacked once."""
        missing: list[str] = []
        for path in paths:
            entry = self._entries.get(self.locate(path))
            if entry is None or not ("data" in entry or _has_text(entry)):
                missing.append(path if entry is None else entry.get("content_of", entry["path"]))
        self.contents.fetch(missing)

    def below(self, path: str) -> Iterator[str]:
        """Yield the paths in a directory and in those below it; ``path`` must be free of links."""
        for leaf in self.names(path):
            inner = f"{path}/{leaf}" if path else leaf
            yield inner
            if inner in self._children:
                yield from self.below(inner)

    def matches(self, pattern: str) -> list[str]:
        """Return the paths that a pattern of glob(7) names, sorted; itself if it is a path."""
        if not set(pattern) & set("*?["):
            return [pattern]
        found = [""]
        for part in pattern.strip("/").split("/"):
            inner = []
            for directory in found:
                if set(part) & set("*?["):
                    glob = Glob(part)
                    names = self.names(self.locate(directory))
                    names = [name for name in names if glob.matches(name)]
                    names = [name for name in names if part[0] == "." or name[0] != "."]
                else:
                    names = [part]
                inner += [f"{directory}/{name}" for name in names]
            found = inner
        return [path for path in found if self.entry(path, follow=False) is not None]

    # Changes

    def directory(
        self, path: str, *, mode: int | None = None, uid: int | None = None, gid: int | None = None
    ) -> None:
        """Make a directory and its parents, or change one."""
        name = self.locate(path)
        if not name:
            return
        known = self.entry(name)
        if known is not None and known["type"] != "directory":
            return
        if known is None:
            self._parents(name)
            known = {"path": name, "type": "directory", "mode": 0o755, "uid": 0, "gid": 0}
            self._children.setdefault(name, set())
        self._put(_with_look(known, mode, uid, gid))

    def write(
        self,
        path: str,
        data: bytes,
        *,
        mode: int | None = None,
        uid: int | None = None,
        gid: int | None = None,
    ) -> None:
        """Write a file, through a link if one is there; what it has keeps its mode and owner."""
        name = self.locate(path)
        known = self._entries.get(name)
        entry: Entry = {
            "path": name, "type": "file", "mode": 0o644, "uid": 0, "gid": 0, "size": len(data),
            "sha256": sha256(data).hexdigest(), "data": data,
        }  # fmt: skip
        if known is not None and known["type"] == "file":
            entry = _with_look(entry, known["mode"], known["uid"], known["gid"])
        self._parents(name)
        self._put(_with_look(entry, mode, uid, gid))

    def symlink(self, path: str, target: str) -> None:
        """Make a symbolic link in place of any file or link."""
        name = self.locate(path, follow=False)
        self._parents(name)
        self._put(
            {"path": name, "type": "symlink", "mode": 0o777, "uid": 0, "gid": 0, "target": target}
        )

    def place(self, path: str, entry: Entry) -> None:
        """Copy an entry of another path, with its content."""
        name = self.locate(path, follow=False)
        self._parents(name)
        placed: Entry = {**entry, "path": name}
        if entry["type"] == "directory":
            self._children.setdefault(name, set())
        elif entry["type"] == "file" and "data" not in entry:
            placed["content_of"] = entry.get("content_of", entry["path"])
        self._put(placed)

    def decide(self, entry: Entry) -> None:
        """Say which file a path has, where several packages have one."""
        self.touched.add(entry["path"])
        self._entries[entry["path"]] = entry

    def change(  # noqa: PLR0913
        self,
        path: str,
        *,
        mode: str | None = None,
        uid: int | None = None,
        gid: int | None = None,
        follow: bool = True,
        xattrs: dict[str, str] | None = None,
    ) -> None:
        """Change the mode, owner or extended attributes of an entry."""
        entry = self.entry(path, follow=follow)
        if entry is None:
            return
        if entry["path"] in self._entries and self._entries[entry["path"]]["type"] == "hardlink":
            entry = self._entries[self._entries[entry["path"]]["target"]]
        number = None
        if mode is not None and entry["type"] != "symlink":
            number = change_mode(entry["mode"], mode, directory=entry["type"] == "directory")
        elif entry["type"] == "file" and uid is not None and entry["mode"] & 0o6000:
            number = entry["mode"] & ~0o6000  # chown(2) clears them
        changed = _with_look(entry, number, uid, gid)
        if xattrs is not None:
            changed["xattrs"] = xattrs
        if changed != entry:
            self._put(changed)

    def remove(self, path: str, *, recursive: bool = False) -> None:
        """Remove a file, a link, or a directory that is empty."""
        name = self.locate(path, follow=False)
        if recursive:
            for inner in sorted(self.below(name), reverse=True):
                self.remove(inner)
        if name not in self._entries or self._children.get(name):
            return
        self._note(name)
        del self._entries[name]
        self._children.pop(name, None)
        parent, _, leaf = name.rpartition("/")
        self._children.get(parent, set()).discard(leaf)

    def changes(self) -> tuple[list[Entry], list[str]]:
        """Return the changes since the start.

        Returns:
            entries that are new or changed, sorted by path, and paths that are gone.
        """
        changed, gone = [], []
        for path in sorted(self.touched):
            now, before = self._entries.get(path), self._before.get(path)
            if now is None:
                if before is not None:
                    gone.append(path)
            elif not _same(now, before):
                changed.append(now)
        return changed, gone

    def own_below(self, *directories: str) -> bool:
        """Return whether the configured packages have files below one of some directories."""
        starts = tuple(f"{directory}/" for directory in directories)
        return any(path.startswith(starts) for path in self.touched) or any(
            path in self.own for directory in directories for path in self.below(directory)
        )

    def _parents(self, name: str) -> None:
        parent, _, leaf = name.rpartition("/")
        siblings = self._children.get(parent)
        if siblings is None:
            self._parents(parent)
            self._children[parent] = siblings = set()
            if parent not in self._entries:
                self._put({"path": parent, "type": "directory", "mode": 0o755, "uid": 0, "gid": 0})
        siblings.add(leaf)

    def _put(self, entry: Entry) -> None:
        self._note(entry["path"])
        self._entries[entry["path"]] = entry

    def _note(self, path: str) -> None:
        if path not in self.touched:
            self.touched.add(path)
            if path in self._entries:
                self._before[path] = self._entries[path]


def _has_text(entry: Entry) -> bool:
    """Return whether the facts have the exact content; text that is not UTF-8 is changed."""
    return "text" in entry and "\ufffd" not in entry["text"]


def _with_look(entry: Entry, mode: int | None, uid: int | None, gid: int | None) -> Entry:
    """Return an entry with another mode and owner, if they are given."""
    return {
        **entry,
        "mode": entry["mode"] if mode is None else mode,
        "uid": entry["uid"] if uid is None else uid,
        "gid": entry["gid"] if gid is None else gid,
    }


def _same(now: Entry, before: Entry | None) -> bool:
    keys = ("type", "mode", "uid", "gid", "sha256", "target", "xattrs")
    return before is not None and all(now.get(key) == before.get(key) for key in keys)
