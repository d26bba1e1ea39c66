"""Alternatives: which of several programs a generic name means (update-alternatives(1))."""

from __future__ import annotations

from tools.errors import PlinthError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from tools.configure.root import Root

_DIRECTORY = "etc/alternatives"
_RECORDS = "var/lib/dpkg/alternatives"


class AlternativeGroup:
    """A group of choices.

    Attributes:
        name: of the link in /etc/alternatives.
        link: the generic name.
        choices: by path: priority, and slaves as {name: path}.
        slave_links: name of each slave: its generic name.
        chosen: the path that was set manually; None for the best.
    """

    def __init__(self, name: str, link: str) -> None:
        self.name = name
        self.link = link
        self.choices: dict[str, tuple[int, dict[str, str]]] = {}
        self.slave_links: dict[str, str] = {}
        self.chosen: str | None = None

    @property
    def best(self) -> str:
        """The choice with the highest priority; of equal ones the first by name, as dpkg has it."""
        return min(self.choices, key=lambda path: (-self.choices[path][0], path))


def read_alternatives(effects: Iterable[dict[str, Any]], root: Root) -> dict[str, AlternativeGroup]:
    """Return groups of the choices in the image: those of effects and of dpkg's records."""
    effects = list(effects)
    groups: dict[str, AlternativeGroup] = {}
    for name in dict.fromkeys(effect["name"] for effect in effects):
        if root.entry(f"{_RECORDS}/{name}"):
            groups[name] = _read_record(name, root)
    for effect in effects:
        kind, name = effect["kind"], effect["name"]
        if not root.exists(effect["path"]):
            continue
        if kind == "alternative-choice":
            if name in groups and effect["path"] in groups[name].choices:
                groups[name].chosen = effect["path"]
            continue
        group = groups.setdefault(name, AlternativeGroup(name, effect["link"]))
        slaves = {}
        for link, slave, path in effect.get("slaves", ()):
            group.slave_links.setdefault(slave, link)
            slaves[slave] = path
        group.choices[effect["path"]] = (effect["priority"], slaves)
    return groups


def write_alternatives(groups: Iterable[AlternativeGroup], root: Root, *, records: bool) -> None:
    """Make the links of alternatives.

    Args:
        groups: the alternatives.
        root: of the image.
        records: whether dpkg's own records are written as well, for an image that has dpkg.
    """
    for group in groups:
        path = group.chosen or group.best
        _link(root, group.link, group.name, path)
        slaves = group.choices[path][1]
        for name, link in group.slave_links.items():
            if name in slaves and root.exists(slaves[name]):
                _link(root, link, name, slaves[name])
        if records:
            root.write(f"{_RECORDS}/{group.name}", _record(group).encode())


def _link(root: Root, link: str, name: str, path: str) -> None:
    there = root.entry(link, follow=False)
    if there is not None and there["type"] != "symlink":
        return  # a file of a package: update-alternatives keeps it, too
    root.symlink(f"{_DIRECTORY}/{name}", path)
    root.symlink(link, f"/{_DIRECTORY}/{name}")


def _read_record(name: str, root: Root) -> AlternativeGroup:
    """Return a group as dpkg has recorded it, the inverse of ``_record``."""
    text = root.read(f"{_RECORDS}/{name}").decode("utf-8", "surrogateescape")
    lines = iter([*text.split("\n"), "", ""])
    status = next(lines)
    group = AlternativeGroup(name, next(lines))
    while slave := next(lines, ""):
        group.slave_links[slave] = next(lines, "")
    while path := next(lines, ""):
        priority = next(lines, "")
        slaves = {slave: next(lines, "") for slave in group.slave_links}
        if not priority.lstrip("-").isdigit():
            raise PlinthError(f"{_RECORDS}/{name}: {priority!r} is no priority")
        if root.exists(path):
            group.choices[path] = (int(priority), {key: to for key, to in slaves.items() if to})
    link = root.entry(f"{_DIRECTORY}/{name}", follow=False)
    if status == "manual" and link and link.get("target") in group.choices:
        group.chosen = link["target"]
    return group


def _record(group: AlternativeGroup) -> str:
    """Dpkg's ``lib/alternatives``: links, then each choice with its slaves in the same order."""
    slaves = sorted(group.slave_links)
    lines = ["manual" if group.chosen else "auto", group.link]
    for name in slaves:
        lines += [name, group.slave_links[name]]
    lines.append("")
    for path in sorted(group.choices):
        priority, paths = group.choices[path]
        lines += [path, str(priority), *(paths.get(name, "") for name in slaves)]
    return "\n".join(lines) + "\n\n"
