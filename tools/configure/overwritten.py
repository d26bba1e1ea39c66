"""Files of packages in whose place other packages put their own, as dpkg lets them.

Debian Policy 7.6.1: a package overwrites files of the packages that it ``Replaces``.
dpkg-divert(1): a package moves a file of another one away, to have that path itself.
"""

from __future__ import annotations

from tools.layer.conflict import same_entry
from tools.layer.merged_usr import merge_usr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tools.configure.contents import Source
    from tools.layer.facts import Entry, Facts, PackageFacts


def overwritten(own: Sequence[Source], below: Sequence[Source]) -> Iterator[tuple[Entry, Entry]]:
    """Yield pairs of files that have one path, with their contents.

    Args:
        own: the fragments of the packages that are being configured.
        below: the layers below them.

    Yields:
        the file that stays, and the one in whose place it is.
    """
    versions = {
        item.facts["package"]["name"]: item.facts["package"]["version"]
        for item in own
        if item.facts["package"]
    }
    for winner in own:
        diverted = _diverted(winner.facts)
        replaced = _replaced(winner.facts, versions)
        if not diverted and not replaced:
            continue
        mine = {item["path"]: item for item in winner.facts["entries"] if _is_file(item)}
        for loser in (*below, *own):
            paths = mine.keys() if _name(loser.facts) in replaced else diverted & mine.keys()
            if loser is winner or not paths:
                continue
            for entry in loser.facts["entries"]:
                path = entry["path"]
                if path in paths and _is_file(entry) and not same_entry(entry, mine[path]):
                    yield _with_content(mine[path], winner), _with_content(entry, loser)


def _diverted(facts: Facts) -> set[str]:
    return {
        merge_usr(effect["path"].strip("/"))
        for effect in facts.get("effects", ())
        if effect["kind"] == "diversion"
    }


def _replaced(facts: Facts, versions: dict[str, str]) -> set[str]:
    """Return the names of the packages whose files a package may overwrite."""
    relations = [text for text in facts.get("replaces", ()) if _named(text) in versions]
    return set(_accepted(relations, versions)) if relations else set()


def _accepted(relations: Iterable[str], versions: dict[str, str]) -> Iterator[str]:
    from tools.debian.relation import parse_relation  # noqa: PLC0415 - few packages need it
    from tools.debian.version import Version  # noqa: PLC0415

    for relation in map(parse_relation, relations):
        if relation.accepts(Version(versions[relation.name])):
            yield relation.name


def _named(relation: str) -> str:
    return relation.partition(" ")[0].partition(":")[0]


def _name(facts: Facts) -> str:
    package: PackageFacts | None = facts.get("package")
    return package["name"] if package else ""


def _is_file(entry: Entry) -> bool:
    return entry["type"] in {"file", "symlink"}


def _with_content(entry: Entry, source: Source) -> Entry:
    if entry["type"] != "file":
        return entry
    return {**entry, "data": source.read({entry["path"]})[entry["path"]]}
