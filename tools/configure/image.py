"""An image during its configuration, as writers see it."""

from __future__ import annotations

from tools.configure.accounts import Accounts
from tools.configure.alternatives import read_alternatives, write_alternatives
from tools.configure.conditions import hold
from tools.configure.files import apply
from tools.configure.triggers import Triggers
from tools.errors import PlinthError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator
    from typing import Any

    from tools.configure.packages import ConfiguredPackage
    from tools.configure.root import Root
    from tools.layer.facts import Entry

    Effect = dict[str, Any]

_ACCOUNTS = frozenset(("group", "user", "user-change", "member"))
_ALTERNATIVES = frozenset(("alternative", "alternative-choice"))

# pam_unix(8) and the tools of shadow refuse an account whose password is ``x`` without its line in
# shadow(5); base-passwd and passwd make those lines on a Debian system.
_READS_SHADOW = frozenset(("base-passwd", "libpam-modules", "login", "passwd"))

# The configuration of a service names Debian's own accounts, which its scripts do not mention,
# because every Debian system has them (Debian Policy 9.2.2).
_SERVICES = frozenset(("etc/init.d", "usr/lib/systemd/system"))


class Image:
    """An image and the facts of its packages.

    Attributes:
        root: its files.
        accounts: its users and groups.
        packages: its packages, in the order in which they are configured.
        architecture: Debian's name.
        commands: by the name of a tool: calls of it, as effects, in order.
        not_reproduced: what packages do that this image lacks: {"package", "place", "text",
            "reason"} each.
    """

    def __init__(self, root: Root, packages: list[ConfiguredPackage], architecture: str) -> None:
        self.root = root
        self.accounts = Accounts(root)
        self.packages = packages
        self.architecture = architecture
        self.commands: dict[str, list[Effect]] = {}
        self.not_reproduced: list[dict[str, str]] = []
        self._triggers = Triggers(packages)
        self._block = ("", "")
        self._tested: dict[tuple[str, str], bool] = {}
        self._overwritten: dict[str, Entry] = {}

    def overwrite(self, pairs: Iterable[tuple[Entry, Entry]]) -> None:
        """Put files in the place of others; see ``overwritten``."""
        for winner, loser in pairs:
            self.root.decide(winner)
            self._overwritten[winner["path"]] = loser

    def has_package(self, *names: str) -> bool:
        """Return whether one of some packages is in the image."""
        return any(package.name in names for package in self.packages)

    def configure(self, kinds: Container[str]) -> None:
        """Apply the packages' effects, except those of writers.

        Args:
            kinds: which of ``accounts``, ``alternatives`` and ``files`` to do.
        """
        if "alternatives" in kinds:
            self._alternatives()
        if "files" in kinds:
            self.root.fetch(self._copied())
            self._links_to_run()
        for package in self.packages:
            if package.is_own:
                for effect in package.effects:
                    self._do(package, effect, kinds)
        if "alternatives" in kinds:
            self._alternatives()  # those of files that were just made
        if "accounts" in kinds and (
            _SERVICES & self.root.own
            or any(package.is_own and package.name in _READS_SHADOW for package in self.packages)
        ):
            self.accounts.complete()
        self.accounts.write()

    def skipped(self, package: str, effect: Effect, reason: str) -> None:
        """Record that an effect is not in the image."""
        text = effect.get("text") or effect.get("path") or effect.get("name", "")
        self.not_reproduced.append(
            {
                "package": package,
                "place": f"{effect['script']}:{effect['line']}",
                "text": f"{effect['kind']} {text}" if "text" not in effect else text,
                "reason": reason,
            }
        )

    def _copied(self) -> Iterator[str]:
        """Yield the files that are copied, so that each package is unpacked once."""
        for package in self.packages:
            for effect in package.effects if package.is_own else ():
                if effect["kind"] == "copy" and "content" not in effect:
                    source = self.root.locate(effect["source"])
                    yield source
                    if effect.get("recursive"):
                        yield from self.root.below(source)

    def _links_to_run(self) -> None:
        """Make the links in /var that base-files makes, if their targets are in the image.

        The package ships empty directories in their place, which its postinst replaces.
        """
        own = [package for package in self.packages if package.is_own]
        paths = [effect.get("path", "") for package in own for effect in package.effects]
        for path, target, mode in (("var/run", "run", 0o755), ("var/lock", "run/lock", 0o1777)):
            inside = list(self.root.below(path))
            there = self.root.entry(path, follow=False)
            if (
                there is None
                or there["type"] != "directory"
                or not self.root.own.issuperset(inside)
            ):
                continue
            # A program may say /var/run for what its package makes in /run.
            if not inside and not any(
                name.startswith((f"/{path}", f"/{target}/")) for name in paths
            ):
                continue
            if not self.root.exists(target):
                self.root.directory(target, mode=mode)
            for name in self.root.names(path):
                move = {"kind": "move", "path": f"/{path}/{name}", "to": f"/{target}/{name}"}
                apply(move, self.root, self.accounts)
            self.root.remove(path)
            self.root.symlink(path, f"/{target}")

    def _alternatives(self) -> None:
        effects = [
            effect
            for package in self.packages
            for effect in package.effects
            if effect["kind"] in _ALTERNATIVES and self._holds(package, effect)
        ]
        mine = {
            effect["name"]
            for package in self.packages
            if package.is_own or package.is_completed
            for effect in package.effects
            if effect["kind"] in _ALTERNATIVES
        }
        if mine:
            groups = read_alternatives(
                (effect for effect in effects if effect["name"] in mine), self.root
            )
            write_alternatives(groups.values(), self.root, records=self.has_package("dpkg"))

    def _holds(self, package: ConfiguredPackage, effect: Effect) -> bool:
        """Return whether the conditions of an effect hold.

        Consecutive effects with a common condition are one block of a script, so it was tested
        once: ``if [ ! -e F ]; then touch F; chown … F; fi``.
        """
        block = (package.name, effect["script"])
        known = self._tested if block == self._block else {}
        self._block, self._tested = block, {}
        for test, subject in effect.get("when", ()):
            key = (test, subject)
            if key not in known:
                known[key] = hold([key], self.root, self.accounts, self._triggers, package.name)
            self._tested[key] = known[key]
            if not known[key]:
                return False
        return True

    def _do(self, package: ConfiguredPackage, effect: Effect, kinds: Container[str]) -> None:
        kind = effect["kind"]
        if kind in _ALTERNATIVES or not self._holds(package, effect):
            return
        try:
            if kind in _ACCOUNTS:
                if "accounts" in kinds:
                    self._account(effect)
            elif kind == "command":
                self.commands.setdefault(effect["name"], []).append(
                    {**effect, "package": package.name}
                )
            elif kind == "not-reproduced":
                self.skipped(package.name, effect, effect["reason"])
            elif "files" in kinds:
                moves = kind == "diversion"
                apply(self._moved(package, effect) if moves else effect, self.root, self.accounts)
        except PlinthError as error:
            self.skipped(package.name, effect, str(error))

    def _moved(self, package: ConfiguredPackage, effect: Effect) -> Effect:
        """Return the effect of a diversion: another package's file of that path is moved."""
        if effect["to"].endswith(".usr-is-merged"):
            return {**effect, "kind": "nothing"}  # that is for systems with two trees
        path = self.root.locate(effect["path"], follow=False)
        if path in self._overwritten:
            self.root.place(effect["to"], self._overwritten[path])
        if any(entry["path"] == path for entry in package.entries):
            return {**effect, "kind": "nothing"}  # its own file has that place
        return {**effect, "kind": "move"}

    def _account(self, effect: Effect) -> None:
        name, kind = effect.get("name", ""), effect["kind"]
        if kind == "group":
            self.accounts.add_group(name, effect.get("gid"), system=effect.get("system", True))
        elif kind == "member":
            self.accounts.add_member(effect["user"], effect["group"])
        elif kind == "user-change":
            self.accounts.change_user(
                name, **{key: effect.get(key) for key in ("group", "comment", "home", "shell")}
            )
        elif not self.accounts.has_user(name):
            home = effect.get("home", "/nonexistent")
            made_by = effect.get("made_by", "adduser")
            self.accounts.add_user(
                name,
                uid=effect.get("uid"),
                group=effect.get("group"),
                home=home,
                shell=effect.get("shell", "/usr/sbin/nologin"),
                comment=effect.get("comment", ""),
                system=effect.get("system", True),
                password="!*" if made_by == "sysusers" else "!",
            )
            if effect.get("create_home") and not self.root.exists(home):
                self.root.directory(
                    home,
                    mode=0o755 if made_by == "adduser" else 0o700,
                    uid=self.accounts.uid(name),
                    gid=self.accounts.primary_gid(name),
                )
