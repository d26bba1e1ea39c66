"""Measures the surface of an image: what can be attacked, and what is pulled. Pure functions.

Everything comes from facts: modes, owners, extended attributes, ELF headers, shebangs, accounts,
the image's configuration. There is no score.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.inspect.known_programs import categories
from tools.layer.elf import is_program

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from tools.inspect.image_facts import ImageFacts
    from tools.layer.facts import Entry

NUMBERS = {
    "compressed": "compressed size",
    "uncompressed": "size on disk",
    "layers": "layers",
    "packages": "packages",
    "components": "other components",
    "files": "files",
}
"""The counts, and their names. The first two are bytes."""

LISTS = {
    "executable": "executables",
    "shell": "shells",
    "interpreter": "interpreters",
    "package-manager": "package managers",
    "network-tool": "network tools",
    "dangerous": "known dangerous",
    "setuid": "setuid",
    "setgid": "setgid",
    "capability": "file capabilities",
    "world-writable": "world-writable",
    "root-writable": "of root, writable by others",
    "user-writable": "writable by the image's user",
    "login": "users who can log in",
    "root-user": "runs as root",
    "port": "ports",
}
"""The lists, and their names."""

_CAPABILITY = "security.capability"
_STICKY, _SETUID, _SETGID = 0o1000, 0o4000, 0o2000
_NO_LOGIN = {"nologin", "false", "true", "sync", "halt", "shutdown"}


@dataclass(frozen=True, slots=True)
class Surface:
    """The surface of an image.

    Attributes:
        numbers: a count, or bytes, for each key of ``NUMBERS``.
        lists: paths, or text, for each key of ``LISTS``.
    """

    numbers: Mapping[str, int]
    lists: Mapping[str, tuple[str, ...]]

    def document(self) -> dict[str, Any]:
        """For programs."""
        lists = {key: list(items) for key, items in self.lists.items()}
        return {"numbers": dict(self.numbers), "lists": lists}


def measure_surface(image: ImageFacts) -> Surface:
    """Measure an image.

    Raises:
        PlinthError: facts of layers are missing.
    """
    image.require_facts("its surface")
    lists: dict[str, list[str]] = {key: [] for key in LISTS}
    for entry in image.entries.values():
        for key in _permissions(entry):
            lists[key].append(entry["path"])
        if is_executable(image, entry):
            # A link is another name of a program, not another program.
            if entry["type"] == "file":
                lists["executable"].append(entry["path"])
            for category in categories(entry["path"].rpartition("/")[2]):
                lists[category].append(entry["path"])
    user = image.run_config.get("User") or "0"
    uid, gid = _ids(image, user)
    if uid == 0:
        lists["root-user"].append(user)
    else:
        lists["user-writable"] += (
            entry["path"] for entry in image.entries.values() if _may_write(entry, uid, gid)
        )
    lists["login"] += _logins(image)
    lists["port"] += sorted(image.run_config.get("ExposedPorts") or ())
    return Surface(_numbers(image), {key: tuple(sorted(items)) for key, items in lists.items()})


def is_executable(image: ImageFacts, entry: Entry) -> bool:
    """Return whether a path is a program: an ELF program or an executable script."""
    if entry["type"] == "directory":
        return False
    file = image.tree.file(entry["path"])
    if file is None or not file["mode"] & 0o111:
        return False
    elf = file.get("elf")
    # A library may be a program as well, as libc.so.6 is; its name decides.
    return "shebang" in file or bool(elf and "soname" not in elf and is_program(elf))


def largest_origins(image: ImageFacts, count: int) -> list[tuple[str, int]]:
    """Return the packages and targets with the most compressed bytes, largest first."""
    sizes: dict[str, int] = {}
    for layer in image.layers:
        for fragment in layer["fragments"]:
            name = fragment["package"] or fragment["origin"].removeprefix("@@")
            sizes[name] = sizes.get(name, 0) + fragment["compressed_size"]
    return sorted(sizes.items(), key=lambda item: (-item[1], item[0]))[:count]


def _numbers(image: ImageFacts) -> dict[str, int]:
    entries = image.entries.values()
    components = sum("component" in entry for entry in entries)
    components += sum(len(layer.get("components", ())) for layer in image.layers)
    return {
        "compressed": sum(layer["size"] for layer in image.manifest["layers"]),
        "uncompressed": sum(entry["size"] for entry in entries if entry["type"] == "file"),
        "layers": len(image.manifest["layers"]),
        "packages": len(image.packages),
        "components": components,
        "files": sum(entry["type"] in {"file", "hardlink"} for entry in entries),
    }


def _permissions(entry: Entry) -> Iterator[str]:
    if entry["type"] == "symlink":
        return
    mode = entry["mode"]
    if entry["type"] != "directory":
        if mode & _SETUID:
            yield "setuid"
        if mode & _SETGID:
            yield "setgid"
        if _CAPABILITY in entry.get("xattrs", ()):
            yield "capability"
    if mode & 0o002:
        yield "world-writable"
    # Where the sticky bit is set, no user can replace another user's files.
    open_to_group = mode & 0o020 and entry["gid"] != 0
    if entry["uid"] == 0 and not mode & _STICKY and (mode & 0o002 or open_to_group):
        yield "root-writable"


def _may_write(entry: Entry, uid: int, gid: int) -> bool:
    if entry["type"] == "symlink":
        return False
    mode = entry["mode"]
    if entry["uid"] == uid:
        return bool(mode & 0o200)
    return bool(mode & (0o020 if entry["gid"] == gid else 0o002))


def _logins(image: ImageFacts) -> Iterator[str]:
    """Return the users whose shell is in the image; passwd(5)."""
    for fields in _records(image, "etc/passwd", 7):
        shell = fields[6] or "/bin/sh"
        if shell.rpartition("/")[2] not in _NO_LOGIN and image.tree.file(shell):
            yield f"{fields[0]} ({shell})"


def _ids(image: ImageFacts, user: str) -> tuple[int, int]:
    """Return user and group of a ``User`` of the configuration; -1 where the image does not say."""
    name, _, group = user.partition(":")
    uid = int(name) if name.isdigit() else -1
    gid = int(group) if group.isdigit() else -1
    for fields in _records(image, "etc/passwd", 7):
        if name in {fields[0], fields[2]} and fields[2].isdigit() and fields[3].isdigit():
            uid = int(fields[2])
            gid = gid if group else int(fields[3])
            break
    if group and not group.isdigit():
        for fields in _records(image, "etc/group", 4):
            if fields[0] == group and fields[2].isdigit():
                gid = int(fields[2])
    return uid, gid


def _records(image: ImageFacts, path: str, count: int) -> Iterator[list[str]]:
    entry = image.tree.file(path) or {}
    for line in entry.get("text", "").splitlines():
        fields = line.split(":")
        if len(fields) == count:
            yield fields
