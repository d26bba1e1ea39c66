"""find(1) and ls(1) over the files that are known: the package's own, and what its scripts make."""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Callable, Mapping
from dataclasses import replace

from tools.effects.evaluation.builtins import CHANGES_LOOKS
from tools.effects.evaluation.context import Call, Context, Result
from tools.effects.evaluation.interpreter import Builtin, Interpreter
from tools.effects.evaluation.system import Files
from tools.effects.evaluation.values import FALSE, TRUE, Unknown, Value, condition

_KINDS = {"f": {"file", "executable"}, "d": {"directory"}, "l": {"symlink"}}
_IGNORED = frozenset(
    {"-H", "-L", "-P", "-follow", "-noleaf", "-xdev", "-mount", "-depth", "-print", "-print0"}
)
_OWNERS = frozenset({"-uid", "-gid", "-user", "-group"})

Test = Callable[[str, str, int], bool]
"""Whether a path of a kind, so many steps below the root, is chosen."""


class _NotUnderstood(Exception):  # noqa: N818 - never leaves this file
    """An unknown expression."""


class _NotKnown(Exception):  # noqa: N818 - never leaves this file
    """A directory that may be another package's."""

    def __init__(self, directory: str) -> None:
        self.directory = directory
        super().__init__(directory)


def _find(shell: Interpreter, call: Call) -> Result:
    values = [
        "?" if isinstance(value, Unknown) and before in _OWNERS else value
        for before, value in zip(("", *call.values), call.values, strict=False)
    ]  # the number of a package's account is not known, but it is not that of root
    unknown = next((value for value in values if isinstance(value, Unknown)), None)
    words = [str(value) for value in values]
    acts = any(word in {"-exec", "-execdir", "-delete", "-ok"} for word in words)
    prints = Unknown(unknown.reason if unknown else "what find finds")
    try:
        roots, tests, command, removes = _expression(shell.context.files, [] if unknown else words)
        trees = _trees(shell.context, words, roots)
        if trees and command and command[0] in CHANGES_LOOKS:
            looks: tuple[Value, ...] = tuple(word for word in command[1:] if word != "{}")
            shell.call(Call(command[0], looks, "", call.line, call.text, trees))
            return Result()
        prints = replace(prints, trees=trees)
        found = _found(shell, roots, tests)
    except _NotUnderstood:
        if acts:
            shell.context.fail(call, "what it finds depends on the image")
        return Result(TRUE, prints)
    except _NotKnown as missing:
        if acts:
            exists = condition("exists", missing.directory)
            shell.context.fail(call, "what it finds depends on the image", exists)
        return Result(TRUE, prints)
    if removes:
        command = ["rm", "-rf", "{}"]
    for path in found if command else ():
        arguments: tuple[Value, ...] = tuple(word.replace("{}", path) for word in command[1:])
        shell.call(Call(command[0], arguments, "", call.line, call.text))
    if acts and not found:
        return shell.context.needless(call, "nothing is there on a first installation")
    end = "\0" if "-print0" in words else "\n"
    return Result(TRUE, "" if acts else "".join(path + end for path in found))


def _expression(files: Files, words: list[str]) -> tuple[list[str], list[Test], list[str], bool]:
    """Return the roots, the tests, the command for each path, and whether paths are removed."""
    words = list(words)
    while words and words[0] in {"-H", "-L", "-P"}:
        words.pop(0)
    roots = []
    while words and not words[0].startswith(("-", "(", "!")):
        roots.append(words.pop(0))
    if not roots:
        raise _NotUnderstood
    alternatives: list[list[Test]] = [[]]
    negated = False
    command: list[str] = []
    removes = False
    while words:
        word = words.pop(0)
        if word in _IGNORED:
            continue
        if word == "-delete":
            removes = True
        elif word in {"-exec", "-execdir"}:
            end = next((i for i, item in enumerate(words) if item in {";", "+"}), None)
            if end is None:
                raise _NotUnderstood
            command, words = words[:end], words[end + 1 :]
        elif word in {"!", "-not"}:
            negated = not negated
            continue
        elif word in {"-o", "-or"}:
            alternatives.append([])
        else:
            test = _test(files, word, words)
            alternatives[-1].append(_negation(test) if negated else test)
        negated = False
    if len(alternatives) > 1 and (command or removes):
        raise _NotUnderstood  # an action belongs to one of them
    return roots, _either(alternatives), command, removes


def _either(alternatives: list[list[Test]]) -> list[Test]:
    """Return a test that is true if one of several lists of tests is."""
    if len(alternatives) == 1:
        return alternatives[0]
    return [
        lambda path, kind, depth: any(
            all(test(path, kind, depth) for test in tests) for tests in alternatives
        )
    ]


def _negation(test: Test) -> Test:
    return lambda path, kind, depth: not test(path, kind, depth)


def _test(files: Files, name: str, words: list[str]) -> Test:
    """Return the test of a name, with its value from the next words."""
    if name == "-empty":
        return lambda path, kind, _depth: (
            len(files.below(path)) == 1 if kind == "directory" else files.content(path) == b""
        )
    if not words or name not in _TESTS:
        raise _NotUnderstood
    test = _TESTS[name](words.pop(0))
    if test is None:
        raise _NotUnderstood
    return test


def _named(value: str) -> Test:
    return lambda path, _kind, _depth: fnmatch.fnmatchcase(posixpath.basename(path), value)


def _at_path(value: str) -> Test:
    return lambda path, _kind, _depth: fnmatch.fnmatchcase(path, value)


def _of_kind(value: str) -> Test | None:
    kinds = _KINDS.get(value)
    return None if kinds is None else lambda _path, kind, _depth: kind in kinds


def _at_most(value: str) -> Test | None:
    return (lambda _path, _kind, depth: depth <= int(value)) if value.isdigit() else None


def _at_least(value: str) -> Test | None:
    return (lambda _path, _kind, depth: depth >= int(value)) if value.isdigit() else None


def _owned(value: str) -> Test:
    return lambda _path, _kind, _depth: value in {"0", "root"}  # new files belong to root


_TESTS: Mapping[str, Callable[[str], Test | None]] = {
    "-name": _named, "-path": _at_path, "-type": _of_kind, "-maxdepth": _at_most,
    "-mindepth": _at_least, "-uid": _owned, "-gid": _owned, "-user": _owned, "-group": _owned,
}  # fmt: skip


def _trees(context: Context, words: list[str], roots: list[str]) -> tuple[tuple[str, str], ...]:
    """Return the directories that are found completely, or all their files or directories."""
    rest = iter(words[words.index(roots[-1]) + 1 :])
    kind = ""
    for word in rest:
        if word in {"-exec", "-execdir"}:
            break
        if word == "-type":
            kind = {"f": "file", "d": "directory"}.get(next(rest, ""), "?")
        elif word not in _IGNORED:
            return ()
    if kind == "?" or any(context.passing(context.path(root)) for root in roots):
        return ()
    return tuple((context.path(root), kind) for root in roots)


def _found(shell: Interpreter, roots: list[str], tests: list[Test]) -> list[str]:
    found = []
    for root in roots:
        base = shell.context.path(root)
        if shell.context.files.kind(base) is None:
            raise _NotKnown(base)
        for path, kind in shell.context.files.below(base):
            shown = root.rstrip("/") + path[len(base) :] if path != base else root
            depth = path[len(base) :].count("/")
            if all(test(shown, kind, depth) for test in tests):
                found.append(shown)
    return found


def _ls(shell: Interpreter, call: Call) -> Result:
    words = call.arguments
    options = "".join(word for word in words if word.startswith("-"))
    paths = [word for word in words if not word.startswith("-")]
    unknown = Unknown("the output of ls")
    if (
        set(options) <= set("-ldn")
        and set(options) & set("ln")
        and len(paths) == 1 == len(call.values) - sum(word.startswith("-") for word in words)
    ):
        path = shell.context.path(paths[0])
        if shell.context.files.kind(path) == "":
            return Result(FALSE)
        if shell.context.owned(path) == FALSE:
            root = "0" if "n" in options else "root"
            unknown = Unknown(unknown.reason, fields=(("3", root), ("4", root)))
        return Result(TRUE, unknown)
    if len(words) < len(call.values) or set(options) - set("-1AdL") or not paths:
        return Result(unknown, unknown)
    lines = []
    for name in paths:
        path = shell.context.path(name)
        kind = shell.context.files.kind(path)
        if kind is None and set(name) & set("*?["):
            continue  # a pattern that matches nothing
        if kind is None:
            alone = len(paths) == 1
            exists = shell.context.files.test("e", path)
            return Result(exists if alone else unknown, unknown)
        if kind == "directory" and "d" not in options:
            if not shell.context.files.is_own(path):
                return Result(unknown, unknown)
            below = shell.context.files.below(path)
            lines += [
                item[len(path) + 1 :] for item, _ in below if item.count("/") == path.count("/") + 1
            ]
        elif kind:
            lines.append(name)
    return Result(TRUE if lines else FALSE, "".join(f"{line}\n" for line in lines))


LISTING: Mapping[str, Builtin] = {"find": _find, "ls": _ls}
"""The commands of this topic."""
