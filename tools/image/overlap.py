"""Checks the layers of an image against each other.

No byte is shipped twice: a path belongs to one layer. And a layer must not quietly change what
another one made: not put a file below a link, not reset the mode of a directory.
"""

from __future__ import annotations

from tools.debian.errors import PlinthError
from tools.layer.merge import ConflictError, check_tree
from tools.layer.path_policy import Glob

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from tools.layer.facts import Entry, Facts


def check_layers(
    layers: Iterable[Facts], allow_replaced: Collection[str] = (), *, complete: bool = True
) -> None:
    """Check layers, lowest first.

    Args:
        layers: their layer.json.
        allow_replaced: paths that a later layer may ship again, or globs of such paths, in the
            language of path policies.
        complete: whether these are all layers; a foreign base has some without layer.json.

    Raises:
        ConflictError: two layers contradict each other.
        PlinthError: a path is allowed to be replaced, but nothing replaces it.
    """
    tree: dict[str, Entry] = {}
    replaced: set[str] = set()
    globs = {text: Glob(text) for text in allow_replaced if "*" in text}
    for layer in layers:
        for entry in layer["entries"]:
            path = entry["path"]
            earlier = tree.get(path)
            if earlier is not None and path in allow_replaced:
                replaced.add(path)
            elif earlier is not None:
                again = [text for text, glob in globs.items() if glob.matches(path)]
                if again and "directory" not in {earlier["type"], entry["type"]}:
                    replaced.update(again)
                else:
                    _check_pair(earlier, entry)
            tree[path] = entry
            slash = path.rfind("/")
            # One level is enough: the parent is an entry of this layer too, checked before.
            parent = tree.get(path[:slash]) if slash > 0 else None
            if parent is not None:
                check_tree(path, entry, parent)
    unused = sorted(set(allow_replaced) - replaced)
    if unused and complete:
        raise PlinthError(
            f"image: {unused[0]} may be replaced, but no two layers ship it\n"
            "  remove it from allow_replaced"
        )


def _check_pair(earlier: Entry, later: Entry) -> None:
    path = later["path"]
    if earlier["type"] != "directory" or later["type"] != "directory":
        if later.get("implied"):
            # A file of a later layer below a link: say what the directory is needed for.
            check_tree(path + "/…", later, earlier)
        raise ConflictError(
            path,
            earlier["origin"],
            later["origin"],
            f"in two layers ({earlier['type']}, then {later['type']})",
            "drop it from one of the two, or list it in allow_replaced",
        )
    looks = [(entry["mode"], entry["uid"], entry["gid"]) for entry in (earlier, later)]
    if later.get("implied") and looks[0] != looks[1]:
        raise ConflictError(
            path,
            earlier["origin"],
            later["origin"],
            "a later layer would reset this directory from "
            + " to ".join(f"{mode:04o} {uid}:{gid}" for mode, uid, gid in looks),
            "name the directory in the later layer, or tell it what lies below",
        )
