"""The words for a pull request, in Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from base.update.sizes import Size, megabytes, shown


@dataclass(slots=True)
class Report:
    """What an update has done.

    Attributes:
        locks: by name of the lock, the lines about its changes; none if nothing changed.
        archives: (name, old version, new version) of upstream's archives that moved.
        sizes: what images weigh now; empty if they were not measured.
        stated: what the documents said of them before: compressed megabytes by shown name.
        notes: what a reader should know.
    """

    locks: dict[str, Sequence[str]] = field(default_factory=dict)
    archives: list[tuple[str, str, str]] = field(default_factory=list)
    sizes: Mapping[str, Size] = field(default_factory=dict)
    stated: Mapping[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def moved(self) -> bool:
        """Whether a lock is another one now."""
        return bool(self.archives) or any(self.locks.values())

    def markdown(self) -> str:
        """Return the text; its first line will do as a title."""
        if not self.moved:
            return "Locks are up to date\n"
        moved = [name for name, lines in self.locks.items() if lines]
        moved += [f"{name} {new}" for name, _, new in self.archives]
        sections = [f"Move {', '.join(moved)}"]
        for name, lines in self.locks.items():
            if lines:
                sections.append("\n".join([f"## {name}", "", *lines]))
        if self.archives:
            rows = [f"| {name} | {old} | {new} |" for name, old, new in self.archives]
            table = ["| archive | from | to |", "|---|---|---|", *rows]
            sections.append("\n".join(["## Upstream's archives", "", *table]))
        if self.sizes:
            sections.append("\n".join(["## Sizes", "", *self._sizes()]))
        if self.notes:
            sections.append("\n".join(["## Notes", "", *(f"- {note}" for note in self.notes)]))
        return "\n\n".join(sections) + "\n"

    def _sizes(self) -> list[str]:
        lines = ["| image | MB before | MB now | change |", "|---|---|---|---|"]
        for target, size in self.sizes.items():
            now, before = megabytes(size.compressed), self.stated.get(shown(target))
            change = f"{float(now) - float(before):+.1f}" if before else "new"
            lines.append(f"| `{shown(target)}` | {before or ''} | {now} | {change} |")
        return lines
