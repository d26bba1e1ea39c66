"""The difference between two locks, for a terminal, for a pull request, and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tools.lock.lockfile.advisories import FixedAdvisory
from tools.lock.lockfile.changes import PackageChange, describe_changes, total_size
from tools.lock.lockfile.lockfile import Lock


@dataclass(frozen=True, slots=True)
class LockDifference:
    """Everything that is reported about two locks.

    Attributes:
        old: the old one.
        new: the new one.
        changes: of packages.
        fixed: vulnerabilities that are gone; None if no data was given.
    """

    old: Lock
    new: Lock
    changes: Sequence[PackageChange]
    fixed: Sequence[FixedAdvisory] | None

    def lines(self) -> list[str]:
        """For a terminal."""
        lines = describe_changes(self.old, self.new) or ["no package changed"]
        for advisory in self.fixed or ():
            urgency = f" ({advisory.urgency})" if advisory.urgency else ""
            lines.append(f"fixed: {advisory.identifier} in {advisory.source}{urgency}")
        return lines + [
            f"{architecture}: {_size(old)} -> {_size(new)} ({_signed(new - old)})"
            for architecture, (old, new) in self.sizes().items()
        ]

    def markdown(self) -> list[str]:
        """For the description of a pull request."""
        if not self.changes:
            return ["No package changed."]
        lines = ["| package | from | to | where | download |", "|---|---|---|---|---|"]
        everywhere = sorted(self.new.packages)
        for change in self.changes:
            where = change.architectures
            lines.append(
                f"| {change.name} | {change.old.version if change.old else 'new'} "
                f"| {change.new.version if change.new else 'removed'}"
                f"{' ⚠ older' if change.is_older else ''} "
                f"| {'all' if where == everywhere else ', '.join(where)} "
                f"| {_signed(max(change.size_change.values(), key=abs))} |"
            )
        if self.fixed is not None:
            lines += ["", f"**Advisories fixed: {len(self.fixed)}**", ""]
            lines += [
                f"- {each.identifier} in {each.source} {each.fixed_version}"
                f"{f' ({each.urgency})' if each.urgency else ''}: {each.description}".rstrip(": ")
                for each in self.fixed
            ]
        totals = [
            f"{architecture} {_size(new)} ({_signed(new - old)})"
            for architecture, (old, new) in self.sizes().items()
        ]
        return [*lines, "", f"To download: {', '.join(totals)}."]

    def data(self) -> dict[str, Any]:
        """For programs."""
        return {
            "changes": [change.data() for change in self.changes],
            "size": {name: {"old": old, "new": new} for name, (old, new) in self.sizes().items()},
            **({} if self.fixed is None else {"fixed": [asdict(each) for each in self.fixed]}),
        }

    def sizes(self) -> dict[str, tuple[int, int]]:
        """Bytes to download before and after, by architecture."""
        return {
            name: (
                total_size(self.old.packages.get(name, ())),
                total_size(self.new.packages.get(name, ())),
            )
            for name in sorted({*self.old.packages, *self.new.packages})
        }


def _size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"


def _signed(size: int) -> str:
    if abs(size) < 100_000:
        return f"{size / 1000:+.1f} kB"
    return f"{size / 1_000_000:+.1f} MB"
