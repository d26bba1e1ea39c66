"""Merges the entries of fragments into one tree, checking what no tar tool checks.

A tar file may hold the same path twice, a file below another file, or a directory over a link;
unpacking it then silently destroys something. Here each of these is an error that names both
sides. Pure functions on facts.
"""

from __future__ import annotations

from tools.debian.errors import PlinthError
from tools.layer.merged_usr import ALIASES
from tools.layer.tar_reader import encode_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tools.layer.facts import Entry, Facts

WELL_KNOWN_MODES = {"root": 0o700, "tmp": 0o1777, "var/tmp": 0o1777}
"""Modes of directories that some path needs and nobody describes; all others get 0755."""

_DEFAULT = (0o755, 0, 0)


class ConflictError(PlinthError):
    """Two parts of an image that cannot both be in it.

    Attributes:
        path: where they meet.
        first: origin of one of them.
        second: origin of the other.
    """

    def __init__(self, path: str, first: str, second: str, problem: str, cure: str) -> None:
        self.path = path
        self.first = first
        self.second = second
        super().__init__(f"{_shown(path)}: {problem}: {first} and {second}\n  {cure}")


def merge_entries(fragments: Iterable[Facts], below: Iterable[Facts] = ()) -> list[Entry]:
    """Merge the entries of fragments, each with its ``origin``, sorted by path.

    Directories that paths need and no fragment names are added, with ``implied``: they look as
    they do in ``below``, or as ``WELL_KNOWN_MODES`` says.

    Args:
        fragments: facts of the fragments of one layer.
        below: the layer.json of layers this one will lie on.

    Raises:
        ConflictError: two fragments contradict each other.
    """
    tree: dict[str, Entry] = {}
    fragments = list(fragments)
    for facts in fragments:
        origin = facts["origin"]
        for entry in facts["entries"]:
            merged = {**entry, "origin": origin}
            earlier = tree.setdefault(entry["path"], merged)
            if earlier is not merged:
                tree[entry["path"]] = _resolve(earlier, merged, fragments)
    lower = {
        entry["path"]: entry
        for facts in below
        for entry in facts["entries"]
        if entry["type"] == "directory"
    }
    for path in list(tree):
        _add_parents(tree, tree[path], lower)
    return [tree[path] for path in sorted(tree, key=encode_name)]


def check_tree(path: str, entry: Entry, parent: Entry) -> None:
    """Refuse an entry below something that is no directory.

    Raises:
        ConflictError: ``parent`` is not a directory.
    """
    if parent["type"] == "directory":
        return
    if parent["path"] in ALIASES and parent["type"] == "symlink":
        raise ConflictError(
            path,
            entry["origin"],
            parent["origin"],
            f"would replace the merged-usr link /{parent['path']} by a directory",
            f"ship it as usr/{_shown(path)}",
        )
    raise ConflictError(
        path,
        entry["origin"],
        parent["origin"],
        f"lies below {_shown(parent['path'])}, which is a {parent['type']}",
        "keep one of the two, by a path policy or another path",
    )


def _resolve(first: Entry, second: Entry, fragments: Iterable[Facts]) -> Entry:
    """Decide between two entries of one path: only directories may meet."""
    if first["type"] != "directory" or second["type"] != "directory":
        if first["type"] == second["type"]:
            same = all(first.get(key) == second.get(key) for key in ("sha256", "target", "mode"))
            problem = f"the same {first['type']}" if same else f"two different {first['type']}s"
        else:
            problem = f"a {first['type']} against a {second['type']}"
        raise ConflictError(
            first["path"],
            first["origin"],
            second["origin"],
            f"shipped twice ({problem})",
            _advice(first, second, fragments),
        )
    looks = [(entry["mode"], entry["uid"], entry["gid"]) for entry in (first, second)]
    if looks[0] == looks[1] or looks[1] == _DEFAULT:
        return first
    if looks[0] == _DEFAULT:
        return second
    raise ConflictError(
        first["path"],
        first["origin"],
        second["origin"],
        "a directory with two different modes or owners ({} and {})".format(
            *(f"{mode:04o} {uid}:{gid}" for mode, uid, gid in looks)
        ),
        "make them agree, or drop it from one of the two",
    )


def _advice(first: Entry, second: Entry, fragments: Iterable[Facts]) -> str:
    """Which of two files to drop: dpkg would overwrite one of them, or move it away."""
    facts = {item["origin"]: item for item in fragments}
    for one, other in ((first, second), (second, first)):
        replacing, package = facts[one["origin"]], facts[other["origin"]]["package"] or {}
        why = ""
        if package and _replaces(replacing.get("replaces", ()), package):
            why = "replaces"
        elif first["path"] in replacing.get("diverts", ()):
            why = "diverts the file of"
        if why:
            loser, winner = other["origin"], one["origin"]
            return f"{winner} {why} {loser}: drop it from {loser} with a path policy"
    return "drop it from one of the two with a path policy"


def _replaces(relations: Iterable[str], package: Mapping[str, str]) -> bool:
    """Whether one of a package's relations allows it to overwrite files of another package."""
    from tools.debian.relation import parse_relation  # noqa: PLC0415 - only after an error
    from tools.debian.version import Version  # noqa: PLC0415

    return any(
        relation.name == package["name"] and relation.accepts(Version(package["version"]))
        for relation in map(parse_relation, relations)
    )


def _add_parents(tree: dict[str, Entry], entry: Entry, lower: Mapping[str, Entry]) -> None:
    path = entry["path"]
    slash = path.rfind("/")
    while slash > 0:
        name = path[:slash]
        parent = tree.get(name)
        if parent is None:
            known = lower.get(name, {})
            parent = tree[name] = {
                "path": name,
                "type": "directory",
                "mode": known.get("mode", WELL_KNOWN_MODES.get(name, _DEFAULT[0])),
                "uid": known.get("uid", 0),
                "gid": known.get("gid", 0),
                "implied": True,
                "origin": entry["origin"],
            }
        else:
            check_tree(path, entry, parent)
            if parent.get("implied"):
                return  # whoever needed it first has looked at everything above
        slash = name.rfind("/")


def _shown(path: str) -> str:
    return path.encode("utf-8", "backslashreplace").decode()
