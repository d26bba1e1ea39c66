"""Triggers: which were activated, and by which packages (deb-triggers(5))."""

from __future__ import annotations

from tools.layer.merged_usr import merge_usr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tools.configure.packages import ConfiguredPackage


class Triggers:
    """The triggers that packages activate by name, and by files below a path."""

    def __init__(self, packages: list[ConfiguredPackage]) -> None:
        self._names: dict[str, set[str]] = {}
        self._packages = packages
        for package in packages:
            for effect in package.effects:
                if effect["kind"] == "trigger":
                    self._names.setdefault(effect["name"], set()).add(package.name)

    def has_package(self, name: str) -> bool:
        """Return whether a package of this name is installed."""
        return any(package.name == name for package in self._packages)

    def activated(self, trigger: str, *, by_other_than: str) -> bool:
        """Return whether a package other than a given one activates a trigger."""
        if self._names.get(trigger, set()) - {by_other_than}:
            return True
        if not trigger.startswith("/"):
            return False
        path = merge_usr(trigger.strip("/"))
        return any(
            entry["path"] == path or entry["path"].startswith(path + "/")
            for package in self._packages
            if package.name != by_other_than
            for entry in package.entries
        )
