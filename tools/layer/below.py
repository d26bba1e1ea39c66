"""What is below a layer: other layers, and whole images of other tools."""

from __future__ import annotations

from tools.errors import PlinthError
from tools.layer.facts import STATUS_DIRECTORY, read_shared_facts
from tools.layer.merged_usr import merge_usr
from tools.layer.whiteouts import without_hidden

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from tools.layer.facts import Facts, PackageFacts


def read_below(paths: Iterable[str]) -> list[Facts]:
    """Read the facts of layers and of foreign images, lowest first.

    Files of a foreign image that its own layers hide are left out. Do not change what it returns: a
    worker keeps it.

    Raises:
        PlinthError: not readable.
    """
    layers: list[Facts] = []
    for path in paths:
        facts = read_shared_facts(path)
        layers += without_hidden(facts["layers"]) if "layers" in facts else [facts]
    return layers


def left_to_add(
    fragments: Iterable[Facts], below: Iterable[Facts], asked: Collection[str]
) -> tuple[list[Facts | None], dict[str, PackageFacts]]:
    """Return what to add of some fragments to the layers below.

    A package that is below, in any version, is not added. If it was asked for, and is there in this
    version, the files that the layers below lack are added: they may have it in part. The rules
    leave packages out themselves where they know those below. Only its facts show those of a
    foreign image.

    Args:
        fragments: facts of fragments, some of which are of packages.
        below: layer.json of each layer below.
        asked: names of packages.

    Returns:
        of each fragment its facts, or None if nothing of it is to be added, and the packages that
        are not added, by name.

    Raises:
        PlinthError: the layers below are of another package manager.
    """
    below = list(below)
    lower = {package["name"]: package for layer in below for package in layer["packages"]}
    foreign = next((each for each in lower.values() if "type" in each), None)
    present: dict[str, PackageFacts] = {}
    there: set[str] = set()
    added: list[Facts | None] = []
    for facts in fragments:
        package = facts["package"]
        if package and foreign:
            raise PlinthError(
                f"{package['name']} is a package of Debian, but the base has packages of"
                f" {foreign['type']}, such as {foreign['name']}: they do not share a C library\n"
                "  build on a base of Debian or Ubuntu, or on one of @rules_plinth//base"
            )
        if not package or package["name"] not in lower:
            added.append(facts)
            continue
        name = package["name"]
        rest = None
        if name in asked and package["version"] == lower[name]["version"]:
            there = there or _paths(below)
            rest = _lacking(name, facts, there)
        added.append(rest)
        if rest is None:
            present[name] = package
    return added, present


def _paths(layers: Iterable[Facts]) -> set[str]:
    """Return the paths of layers, with the directories that images of other tools do not name."""
    found: set[str] = set()
    for layer in layers:
        for entry in layer["entries"]:
            path = merge_usr(entry["path"])
            while path not in found:
                found.add(path)
                path = path.rpartition("/")[0]
    return found


def _lacking(name: str, facts: Facts, there: Collection[str]) -> Facts | None:
    """Return the facts of a package with the entries whose paths are not there; None if all are."""
    wanted = {
        entry["path"]: entry
        for entry in facts["entries"]
        if entry["path"] not in there and not entry["path"].startswith(f"{STATUS_DIRECTORY}/")
    }
    # A hard link needs its target.
    targets = {entry["target"] for entry in wanted.values() if entry["type"] == "hardlink"}
    entries = [
        entry for entry in facts["entries"] if entry["path"] in wanted or entry["path"] in targets
    ]
    if not entries:
        return None
    rest = facts.copy()
    rest.update({"package": None, "completes": name, "entries": entries})
    return rest
