"""Evaluates the conditions of an effect in an image: see ``tools/effects/effect.py``."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from tools.configure.accounts import Accounts
    from tools.configure.root import Root
    from tools.configure.triggers import Triggers

_NEGATIONS = {
    "missing": "exists",
    "not-file": "file",
    "not-directory": "directory",
    "not-symlink": "symlink",
    "not-executable": "executable",
    "empty": "nonempty",
    "no-program": "program",
    "no-user": "user",
    "no-group": "group",
    "not-installed": "installed",
    "not-triggered": "triggered",
    "matches-not": "matches",
}
_PATH = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin")


def hold(
    conditions: Iterable[tuple[str, str]],
    root: Root,
    accounts: Accounts,
    triggers: Triggers,
    package: str,
) -> bool:
    """Return whether all conditions hold now, for an effect of a package."""
    for test, subject in conditions:
        positive = _NEGATIONS.get(test, test)
        if _holds(positive, subject, root, accounts, triggers, package) != (test == positive):
            return False
    return True


def _holds(  # noqa: PLR0911, PLR0913, PLR0917
    test: str,
    subject: str,
    root: Root,
    accounts: Accounts,
    triggers: Triggers,
    package: str,
) -> bool:
    if test == "user":
        return accounts.has_user(subject)
    if test == "group":
        return accounts.has_group(subject)
    if test == "program":
        return any(_is_program(root, f"{directory}/{subject}") for directory in _PATH)
    if test == "installed":
        return triggers.has_package(subject)
    if test == "triggered":
        return triggers.activated(subject, by_other_than=package)
    if test == "matches":
        return _matches(root, *subject.split(" ", 1))
    if test == "symlink":
        entry = root.entry(subject, follow=False)
        return entry is not None and entry["type"] == "symlink"
    if set(subject) & set("*?["):
        return bool(root.matches(subject))
    if test == "executable":
        return _is_program(root, subject) or root.is_directory(subject)
    entry = root.entry(subject)
    if entry is None or test == "exists":
        return entry is not None
    if test == "nonempty":
        return entry["type"] != "file" or bool(entry["size"])
    return bool(entry["type"] == test)


def _matches(root: Root, path: str, expression: str) -> bool:
    entry = root.entry(path)
    if entry is None or entry["type"] != "file":
        return False
    from tools.effects.editing import has_line  # noqa: PLC0415 - few scripts ask, and it takes re

    return has_line(root.read(path).decode("utf-8", "surrogateescape"), expression)


def _is_program(root: Root, path: str) -> bool:
    entry = root.entry(path)
    return entry is not None and entry["type"] == "file" and bool(entry["mode"] & 0o111)
