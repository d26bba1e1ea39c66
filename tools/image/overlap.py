"""Checks the layers of an image against each other.

No byte is shipped twice: a path belongs to one layer, unless a second one has an equal entry, or
generates it from everything below. And a layer must not silently change another one: put a file
below a link, or reset the mode of a directory.
"""

from __future__ import annotations

from tools.errors import PlinthError
from tools.layer.conflict import ConflictError, PathConflict, same_entry, shown
from tools.layer.merge import check_tree
from tools.layer.namespaces import both_declare
from tools.layer.path_policy import Glob
from tools.layer.whiteouts import without_hidden

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from tools.layer.facts import Entry, Facts


def check_layers(
    layers: Iterable[Facts],
    allow_replaced: Collection[str] = (),
    *,
    foreign: Iterable[Facts] = (),
    complete: bool = True,
) -> None:
    """Check layers, lowest first.

    Args:
        layers: their layer.json.
        allow_replaced: paths that a later layer may ship again, or globs of such paths, in the
            language of path policies.
        foreign: the layers of another tool's image below them, which are not checked against each
            other.
        complete: whether these are all layers.

    Raises:
        ConflictError: layers contradict each other; has all conflicts.
        PlinthError: a path is allowed to be replaced, but there is no such path.
    """
    tree: dict[str, Entry] = {}
    holders: dict[str, Facts] = {}
    shippers: dict[str, str] = {}  # digest of the layer that an entry of the tree is from
    for layer in without_hidden(foreign):
        tree.update((entry["path"], entry) for entry in layer["entries"])
        shippers.update((entry["path"], layer["digest"]) for entry in layer["entries"])
        holders.update((each["name"], layer) for each in layer["packages"])
    allowed = {text: Glob(text) for text in allow_replaced}
    exact = {text for text in allowed if "*" not in text}
    globs = [allowed[text] for text in allowed.keys() - exact]
    conflicts: list[PathConflict] = []
    for layer in layers:
        twice = {name for each in layer["packages"] if (name := each["name"]) in holders}
        made_over = frozenset(layer.get("made_over", ()))
        for entry in layer["entries"]:
            path = entry["path"]
            earlier = tree.get(path)
            if entry.get("generated") == "configured" and shippers.get(path) in made_over:
                earlier = None  # its writer has read it
            tree[path] = entry
            shippers[path] = layer["digest"]
            slash = path.rfind("/")
            # One level is enough: the parent is also an entry of this layer, and was checked
            # before.
            parent = tree.get(path[:slash]) if slash > 0 else None
            conflict = check_tree(path, entry, parent) if parent is not None else None
            if earlier is not None and path not in exact:
                conflict = conflict or _check_pair(earlier, entry, globs, twice)
            if conflict:
                conflicts.append(conflict)
        holders.update(dict.fromkeys((each["name"] for each in layer["packages"]), layer))
    if conflicts:
        raise ConflictError(_without_followers(conflicts))
    if complete:
        _check_spelling(allowed, tree)


def _check_pair(
    earlier: Entry, later: Entry, globs: Iterable[Glob], twice: Collection[str]
) -> PathConflict | None:
    if "directory" == earlier["type"] == later["type"]:
        return _check_directories(earlier, later)
    path = later["path"]
    if "directory" not in {earlier["type"], later["type"]} and (
        any(glob.matches(path) for glob in globs) or _may_replace(earlier, later, twice)
    ):
        return None
    if later.get("implied"):
        # A file of a later layer below a link: report what needs the directory.
        return check_tree(path + "/…", later, earlier)
    if earlier.get("generated") and later.get("generated") == "configured":
        return PathConflict(
            path,
            earlier["origin"],
            later["origin"],
            "made for the layers below, but without knowledge of one of the two",
            "list the layer of the first in `base` of the second, and it is made for both",
        )
    if earlier["origin"] == later["origin"] and _name(later) in twice:
        return PathConflict(
            path,
            earlier["origin"],
            later["origin"],
            "the package is in two layers",
            "name the lower one of the two in `base` of the upper one",
        )
    return PathConflict(
        path,
        earlier["origin"],
        later["origin"],
        f"in two layers ({earlier['type']}, then {later['type']}) that disagree",
        "drop it from one of the two, by a path policy or another path, or list it in"
        " allow_replaced, and the later one counts",
    )


def _may_replace(earlier: Entry, later: Entry, twice: Collection[str]) -> bool:
    """Return whether an entry may be there twice without permission."""
    if earlier.get("generated") and later.get("generated") == "whole":
        return True  # its writer has read what is below
    if both_declare(earlier, later):
        return True  # of two wheels
    # A whole package that is repeated is a mistake, although no file would differ.
    return same_entry(earlier, later) and _name(later) not in twice


def _name(entry: Entry) -> str:
    """Return the name of the package of an entry, if it has one."""
    origin: str = entry["origin"]
    return origin.partition(" ")[0]


def _check_directories(earlier: Entry, later: Entry) -> PathConflict | None:
    looks = [(entry["mode"], entry["uid"], entry["gid"]) for entry in (earlier, later)]
    if not later.get("implied") or looks[0] == looks[1]:
        return None
    old, new = (f"{mode:04o} {uid}:{gid}" for mode, uid, gid in looks)
    return PathConflict(
        later["path"],
        earlier["origin"],
        later["origin"],
        f"a later layer would reset this directory from {old} to {new}",
        "list the layers below in `base` of the later one (a files_layer has it, and a"
        f" packages_layer), or make the directory there as well, with mode and owner {old}",
    )


def _without_followers(conflicts: Iterable[PathConflict]) -> Iterator[PathConflict]:
    """Leave out consequences: conflicts below a path that is in conflict itself."""
    seen: set[str] = set()
    for each in conflicts:
        above = each.path.split("/")[:-1]
        if not any("/".join(above[:length]) in seen for length in range(1, len(above) + 1)):
            yield each
        seen.add(each.path.removesuffix("/…"))


def _check_spelling(allowed: Mapping[str, Glob], tree: Collection[str]) -> None:
    """Refuse permission to replace what no layer has: it is misspelt.

    Permission that is not needed is no error: equal entries need none, and one list serves images
    of several architectures.
    """
    unknown = [
        text
        for text, glob in allowed.items()
        if text not in tree and not any(map(glob.matches, tree))
    ]
    if unknown:
        raise PlinthError(
            f"image: allow_replaced: no layer has {', '.join(map(shown, sorted(unknown)))}\n"
            "  correct the spelling (paths and globs from the root, * within a name, ** across"
            " directories), or remove it"
        )
