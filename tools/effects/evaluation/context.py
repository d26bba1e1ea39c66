"""The state of an evaluation, and the operations of commands on it."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tools.effects.condition import Condition
from tools.effects.effect import (
    Copy,
    Directory,
    Effect,
    File,
    Group,
    Move,
    Needless,
    NotReproduced,
    Ownership,
    Remove,
    User,
)
from tools.effects.evaluation.system import STATIC_GROUPS, STATIC_USERS, Files
from tools.effects.evaluation.values import (
    FALSE,
    TRUE,
    Formula,
    Truth,
    Unknown,
    Value,
    both,
    condition,
    negation,
)


@dataclass(frozen=True, slots=True)
class EvaluatedPackage:
    """The package whose scripts are evaluated.

    Attributes:
        name: of the package.
        version: of the package.
        architecture: of the image, never ``all``.
        questions: the fields of debconf's questions, by their names.
    """

    name: str
    version: str
    architecture: str
    questions: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """A command with its arguments.

    Attributes:
        name: without its directory.
        values: its arguments; some may be unknown.
        input: its standard input.
        line: of the script.
        text: as the script writes it.
        trees: what it acts on in addition to its arguments, as ``Unknown.trees``; of commands that
            change owners and modes alone.
    """

    name: str
    values: tuple[Value, ...]
    input: Value
    line: int
    text: str
    trees: tuple[tuple[str, str], ...] = ()

    @property
    def arguments(self) -> tuple[str, ...]:
        """The arguments, where all of them are known."""
        return tuple(value for value in self.values if isinstance(value, str))


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a command: whether it succeeds, and its standard output."""

    truth: Truth = TRUE
    output: Value = ""


class Context:
    """The common state of the scripts of one package, which their commands change.

    Attributes:
        package: whose scripts these are.
        files: what is known of the file system.
        script: the file that is evaluated.
        line: of the command that runs or reads another file, while that is evaluated; or 0.
        effects: in their order.
        answers: debconf's answers.
        makes_accounts: whether a script of the package makes accounts.
        declared: effects of tmpfiles.d and sysusers.d that were not asked for yet, by name of the
            file, after ``sysusers.d/`` in the latter.
        temporary: paths that mktemp(1) gave.
        overridden: paths with a dpkg-statoverride(1).
        attributes: owner and mode that such files were given.
        unknown_content: why the content of such a file is unknown.
        run_lasts: whether /run is that of the service, and not of the system that installs.
        maybe_made: paths at which scripts may have made something.
        guard: the conditions under which the current command is reached.
        doubt: why it is unknown whether it is reached; empty if it is known.
        exited: when the script has ended before.
        left: when the function or the round of a loop has ended before.
        directory: the working directory.
        unsure: of the working directory and the umask, each: the command that has changed it in
            one branch alone, and why that is not known.
        user: of the current command; empty for root.
    """

    def __init__(self, package: EvaluatedPackage, files: Files) -> None:
        self.package = package
        self.files = files
        self.script = ""
        self.effects: list[Effect] = []
        self.answers: dict[str, Value] = {
            name: fields["default"] for name, fields in package.questions.items()
        }
        self.makes_accounts = False
        self.declared: dict[str, list[Effect]] = {}
        self.temporary: set[str] = set()
        self.overridden: set[str] = set()
        self.attributes: dict[str, dict[str, str]] = {}
        self.unknown_content: dict[str, str] = {}
        self.run_lasts = False
        self.maybe_made: set[str] = set()
        self.users = set(STATIC_USERS)
        self.groups = set(STATIC_GROUPS)
        self.start("")

    def start(self, script: str) -> None:
        """Begin another script."""
        self.script = script
        self.line = 0
        self.guard: Formula = TRUE
        self.doubt = ""
        self.exited: Truth = FALSE
        self.left: Truth = FALSE
        self.directory = "/"
        self.umask = 0o022
        self.unsure: dict[str, tuple[Call, str]] = {}
        self.user = ""

    def path(self, text: str) -> str:
        """Return an argument as an absolute path, without doubled or final slashes."""
        if not text.startswith("/"):
            self._told("directory")
        path = posixpath.normpath(posixpath.join(self.directory, text))
        return "/" + path.lstrip("/")

    @property
    def mask(self) -> int:
        """The umask, for what is made now."""
        self._told("umask")
        return self.umask

    def _told(self, what: str) -> None:
        """Report that something is not known which is used now."""
        if what in self.unsure:
            call, reason = self.unsure.pop(what)
            self.fail(call, f"it is unknown what follows it: {reason}")

    def passing(self, path: str) -> bool:
        """Return whether a path does not last: a temporary file, or one of /run."""
        if self.run_lasts and path.startswith(_RUN):
            return False
        return path in self.temporary or path.startswith(_PASSING)

    def passing_files(self) -> dict[str, tuple[str, bytes | None, str]]:
        """Return what is at paths that do not last: type, content, and why that is unknown."""
        return {
            path: (kind, content, self.unknown_content.get(path, ""))
            for path, (kind, content) in self.files.made().items()
            if self.passing(path)
        }

    def set_passing_files(self, files: Mapping[str, tuple[str, bytes | None, str]]) -> None:
        """Set what is at paths that do not last."""
        for path in self.passing_files().keys() - files.keys():
            self.files.forget(path)
            self.unknown_content.pop(path, None)
        for path, (kind, content, reason) in files.items():
            self.files.make(path, kind, content)
            self.unknown_content.pop(path, None)
            if reason:
                self.unknown_content[path] = reason

    def merge_passing_files(
        self, others: Mapping[str, tuple[str, bytes | None, str]], reason: str
    ) -> None:
        """Make those unknown that are not the same in another state."""
        mine = self.passing_files()
        for path in mine.keys() | others.keys():
            first, second = mine.get(path, _NOTHING), others.get(path, _NOTHING)
            if first != second:
                self.files.make(path, first[0] or second[0])
                self.unknown_content[path] = f"the content of {path}: {reason}"

    def is_of_image(self, path: str) -> bool:
        """Return whether a file of this path may be asked for, and edited, when an image is made.

        Not temporary ones, and not the files of accounts, which are made last.
        """
        unclear = not path or self.passing(path) or path in self.unknown_content
        return not unclear and path not in _ACCOUNTS

    def owned(self, path: str) -> Truth:
        """Return whether a path has another owner than root: only scripts of this package set one.

        On a first installation, root has made all that is there.
        """
        for effect in self.effects:
            if not isinstance(effect, (Ownership, Directory, File, Copy)):
                continue
            below = getattr(effect, "recursive", False) and path.startswith(f"{effect.path}/")
            if (effect.user or effect.group) and (effect.path == path or below):
                return Unknown(f"the owner of {path}")
        return FALSE

    def file_mode(self) -> str | None:
        """Return the mode of a new file, if it is not the usual one."""
        return None if self.mask == 0o022 else f"{0o666 & ~self.mask:04o}"

    @property
    def certain(self) -> bool:
        """Whether the current command always runs."""
        return self.surely()

    def emit(self, call: Call, kind: type[Effect], *values: Any, **named: Any) -> None:
        """Record an effect of a command, with the conditions under which it is reached."""
        effect = kind(*values, **named, script=self.script, line=self.line or call.line)
        if isinstance(effect, (Needless, NotReproduced)):
            self.effects.append(effect)
            return
        reached = self.reached()
        if isinstance(reached, Unknown):
            if isinstance(effect, (Move, Remove)) and self.is_leftover(effect.path):
                self.fail(call, reached.reason + LEFTOVER, condition("exists", effect.path))
            else:
                self.fail(call, reached.reason, path=getattr(effect, "path", ""))
        else:
            self.effects += [replace(effect, when=alternative) for alternative in reached]
        made = getattr(effect, "to", "") or getattr(effect, "path", "")
        if made and not isinstance(effect, (Ownership, Remove)):
            self.maybe_made.add(made)

    def emit_where(
        self, when: Formula, call: Call, kind: type[Effect], *values: Any, **named: Any
    ) -> None:
        """Record an effect that a command has under a condition of its own."""
        guard = self.guard
        inner = both(guard, when)
        assert not isinstance(inner, Unknown)  # noqa: S101 - one condition more
        self.guard = inner
        try:
            self.emit(call, kind, *values, **named)
        finally:
            self.guard = guard

    def is_leftover(self, path: str) -> bool:
        """Return whether neither the package nor a script of it has made what may be at a path."""
        inside = any(made.startswith(f"{path}/") for made in self.maybe_made)
        known = inside or path in self.maybe_made or self.files.kind(path) is not None
        return not known and not set("*?[") & set(path)

    def fail(self, call: Call, reason: str, when: Formula = TRUE, *, path: str = "") -> None:
        """Record that a command's effects are not known, in images in which it is reached.

        Args:
            call: the command.
            reason: why.
            when: what must hold as well for that to matter.
            path: the only file that it changes, if that is known.
        """
        if path.startswith(_OF_MACHINES):
            self.needless(call, "a container has no boot loader and no console")
            return
        reached = self.reached()
        where = when if isinstance(reached, Unknown) else both(reached, when)
        text, line = shortened(call.text), self.line or call.line
        self.effects += [
            NotReproduced(text, reason, script=self.script, line=line, when=alternative)
            for alternative in (when if isinstance(where, Unknown) else where)
        ]

    def reached(self) -> Truth:
        """Return the conditions under which the current command is reached."""
        if self.doubt:
            return Unknown(self.doubt)
        return both(both(self.guard, negation(self.exited)), negation(self.left))

    def needless(self, call: Call, reason: str) -> Result:
        """Record that a command has no effect that a container needs."""
        self.emit(call, Needless, call.name, reason)
        return Result()

    def surely(self, *, unless: frozenset[Condition] = frozenset()) -> bool:
        """Return whether the command is reached whenever all of ``unless`` hold."""
        if self.doubt or self.exited != FALSE or self.left != FALSE:
            return False
        return any(set(alternative) <= unless for alternative in self.guard)

    def make(self, path: str, kind: str, content: bytes | None = None) -> None:
        """Record the type of a path from now on, if that is certain; content only if it is new."""
        if self.passing(path) or self.surely():
            self.files.make(path, kind, content)
        elif self.surely(
            unless=frozenset(
                Condition(test, path) for test in ("missing", f"not-{kind}", "not-symlink")
            )
        ):
            self.files.make(path, kind)

    def declare(self, name: str, *, at: int | None = None) -> None:
        """Make what a file declares, accounts unless a script has made them: now, or earlier."""
        made: list[Effect] = []
        for effect in self.declared.pop(name, ()):
            known = self.users if isinstance(effect, User) else self.groups
            if isinstance(effect, (User, Group)):
                if self._makes(effect):
                    continue
                known.add(effect.name)
            made.append(effect)
        place = len(self.effects) if at is None else at
        self.effects[place:place] = made

    def _makes(self, account: User | Group) -> bool:
        """Return whether a script has made an account, if it was not there before."""
        if account.name in (self.users if isinstance(account, User) else self.groups):
            return True
        return any(
            isinstance(effect, type(account)) and effect.name == account.name
            for effect in self.effects
        )

    def user_exists(self, name: str) -> Truth:
        """Return whether there is a user of a name or number."""
        return TRUE if name in self.users or name == "0" else condition("user", name)

    def group_exists(self, name: str) -> Truth:
        """Return whether there is a group of a name or number."""
        return TRUE if name in self.groups or name == "0" else condition("group", name)

    def add_user(self, name: str) -> None:
        """Record that a user is there from now on, if that is certain."""
        if self.surely(unless=frozenset({Condition("no-user", name)})):
            self.users.add(name)

    def add_group(self, name: str) -> None:
        """Record that a group is there from now on, if that is certain."""
        if self.surely(unless=frozenset({Condition("no-group", name)})):
            self.groups.add(name)


def shortened(text: str) -> str:
    """Return a command on one line, and not too long to show."""
    line = " ".join(text.replace("\\\n", " ").split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


LEFTOVER = ", about what an earlier version may have left"
"""How reasons end that matter only in images that have a path of which nothing is known."""

_LONGEST = 160
_ACCOUNTS = frozenset({"/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow"})
_OF_MACHINES = (
    "/boot/", "/etc/default/console-setup", "/etc/default/grub", "/etc/default/kexec",
    "/etc/default/keyboard", "/etc/initramfs-tools/", "/etc/kernel", "/etc/modprobe.d/",
    "/etc/modules", "/etc/vconsole.conf",
)  # fmt: skip
"""Settings that boot loaders, kernels and consoles alone read."""
_NOTHING = ("", None, "")
_RUN = ("/run/", "/var/run/")
_PASSING = ("/tmp/", "/var/tmp/", "/run/", "/var/run/", "/var/lock/")  # noqa: S108
