"""Merges the entries of fragments into one tree, with checks that tar tools lack.

A tar file may have the same path twice, a file below another file, or a directory in place of a
link. Unpacking it then silently destroys files. Here each of these is an error that names both
sides. Pure functions on facts.
"""

from __future__ import annotations

from tools.layer.conflict import ConflictError, PathConflict, same_entry, shown
from tools.layer.merged_usr import ALIASES
from tools.tar.reader import encode_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tools.layer.facts import Entry, Facts, PackageFacts

WELL_KNOWN_MODES = {"root": 0o700, "tmp": 0o1777, "var/tmp": 0o1777}
"""Modes of directories that a path needs and no fragment describes; all others get 0755."""

_DEFAULT = (0o755, 0, 0)


def merge_entries(fragments: Iterable[Facts], below: Iterable[Facts] = ()) -> list[Entry]:
    """Merge the entries of fragments, each with its ``origin``, sorted by path.

    Directories that paths need and no fragment names are added, with ``implied``: they look as
    they do in ``below``, or as ``WELL_KNOWN_MODES`` says.

    Args:
        fragments: facts of the fragments of one layer.
        below: the layer.json of layers below this one.

    Entries that two fragments have are one entry, if they are equal.

    Raises:
        ConflictError: fragments contradict each other; has all conflicts.
    """
    tree: dict[str, Entry] = {}
    conflicts: list[PathConflict] = []
    fragments = list(fragments)
    for facts in fragments:
        origin = facts["origin"]
        for entry in facts["entries"]:
            merged: Entry = {**entry, "origin": origin}
            earlier = tree.setdefault(entry["path"], merged)
            if earlier is not merged:
                resolved = _resolve(earlier, merged, fragments)
                if isinstance(resolved, PathConflict):
                    conflicts.append(resolved)
                else:
                    tree[entry["path"]] = resolved
    lower = {
        entry["path"]: entry
        for facts in below
        for entry in facts["entries"]
        if entry["type"] == "directory"
    }
    for path in list(tree):
        conflict = _add_parents(tree, tree[path], lower)
        if conflict:
            conflicts.append(conflict)
    if conflicts:
        raise ConflictError(conflicts)
    return [tree[path] for path in sorted(tree, key=encode_name)]


def check_tree(path: str, entry: Entry, parent: Entry) -> PathConflict | None:
    """Find the conflict of an entry with its parents, if one is not a directory."""
    if parent["type"] == "directory":
        return None
    if parent["path"] in ALIASES and parent["type"] == "symlink":
        return PathConflict(
            path,
            entry["origin"],
            parent["origin"],
            f"would replace the merged-usr link /{parent['path']} by a directory",
            f"ship it as usr/{shown(path)}",
        )
    return PathConflict(
        path,
        entry["origin"],
        parent["origin"],
        f"is below {shown(parent['path'])}, which is a {parent['type']}",
        "keep one of the two, by a path policy or another path",
    )


def _resolve(first: Entry, second: Entry, fragments: Iterable[Facts]) -> Entry | PathConflict:
    """Decide between two entries of one path: only directories and equals may meet."""
    if same_entry(first, second):
        return first
    if first["type"] != "directory" or second["type"] != "directory":
        problem = f"a {first['type']} against a {second['type']}"
        if first["type"] == second["type"]:
            problem = f"two different {first['type']}s"
        return PathConflict(
            first["path"],
            first["origin"],
            second["origin"],
            f"shipped twice ({problem})",
            _advice(first, second, fragments),
        )
    configured = [entry.get("generated") == "configured" for entry in (first, second)]
    if configured[0] != configured[1]:
        return first if configured[0] else second  # made from the other one
    looks = [(entry["mode"], entry["uid"], entry["gid"]) for entry in (first, second)]
    if looks[0] == looks[1] or looks[1] == _DEFAULT:
        return first
    if looks[0] == _DEFAULT:
        return second
    return PathConflict(
        first["path"],
        first["origin"],
        second["origin"],
        "a directory with two different modes or owners ({} and {})".format(
            *(f"{mode:04o} {uid}:{gid}" for mode, uid, gid in looks)
        ),
        "make them agree, or drop it from one of the two",
    )


def _advice(first: Entry, second: Entry, fragments: Iterable[Facts]) -> str:
    """Say which of two files to drop: dpkg would overwrite one of them, or move it away."""
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
    if not any(facts[entry["origin"]]["package"] for entry in (first, second)):
        return "leave it out with a path policy, if nothing reads it"  # which sees all wheels
    return "drop it from one of the two with a path policy"


def _replaces(relations: Iterable[str], package: PackageFacts) -> bool:
    """Return whether a package may overwrite files of another one, by its relations."""
    from tools.debian.relation import parse_relation  # noqa: PLC0415 - only after an error
    from tools.debian.version import Version  # noqa: PLC0415

    return any(
        relation.name == package["name"] and relation.accepts(Version(package["version"]))
        for relation in map(parse_relation, relations)
    )


def _add_parents(
    tree: dict[str, Entry], entry: Entry, lower: Mapping[str, Entry]
) -> PathConflict | None:
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
            conflict = check_tree(path, entry, parent)
            if conflict or parent.get("implied"):
                return conflict  # the first path below it has checked everything above
        slash = name.rfind("/")
    return None
