"""find(1) and ls(1) over the files that are known: the package's own, and what its scripts make."""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Callable, Mapping

from tools.effects.evaluation.context import Call, Result
from tools.effects.evaluation.interpreter import Builtin, Interpreter
from tools.effects.evaluation.values import FALSE, TRUE, Unknown, Value

_KINDS = {"f": {"file", "executable"}, "d": {"directory"}, "l": {"symlink"}}
_IGNORED = frozenset(
    {"-H", "-L", "-P", "-noleaf", "-xdev", "-mount", "-depth", "-print", "-print0"}
)

Test = Callable[[str, str, int], bool]
"""Whether a path of a kind, so many steps below the root, is chosen."""


class _NotUnderstood(Exception):  # noqa: N818 - never leaves this file
    """An expression that is not understood."""


def _find(shell: Interpreter, call: Call) -> Result:
    unknown = next((value for value in call.values if isinstance(value, Unknown)), None)
    words = [str(value) for value in call.values]
    acts = any(word in {"-exec", "-execdir", "-delete", "-ok"} for word in words)
    prints = Unknown(unknown.reason if unknown else "what find finds")
    try:
        roots, tests, command, removes = _expression([] if unknown else words)
        found = _found(shell, roots, tests)
    except _NotUnderstood:
        if acts:
            shell.context.fail(call, "what it finds depends on the image")
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


def _expression(words: list[str]) -> tuple[list[str], list[Test], list[str], bool]:
    """The roots, the tests, what is run for each path, and whether paths are removed."""
    words = list(words)
    while words and words[0] in {"-H", "-L", "-P"}:
        words.pop(0)
    roots = []
    while words and not words[0].startswith(("-", "(", "!")):
        roots.append(words.pop(0))
    if not roots:
        raise _NotUnderstood
    tests: list[Test] = []
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
        elif words:
            tests.append(_test(word, words.pop(0)))
        else:
            raise _NotUnderstood
    return roots, tests, command, removes


def _test(name: str, value: str) -> Test:
    if name == "-name":
        return lambda path, _kind, _depth: fnmatch.fnmatchcase(posixpath.basename(path), value)
    if name == "-path":
        return lambda path, _kind, _depth: fnmatch.fnmatchcase(path, value)
    if name == "-type" and value in _KINDS:
        return lambda _path, kind, _depth: kind in _KINDS[value]
    if name == "-maxdepth" and value.isdigit():
        return lambda _path, _kind, depth: depth <= int(value)
    if name == "-mindepth" and value.isdigit():
        return lambda _path, _kind, depth: depth >= int(value)
    raise _NotUnderstood


def _found(shell: Interpreter, roots: list[str], tests: list[Test]) -> list[str]:
    found = []
    for root in roots:
        base = shell.context.path(root)
        if shell.context.files.kind(base) is None and base.startswith("/usr/"):
            raise _NotUnderstood  # other packages have files there
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
    if len(words) < len(call.values) or set(options) - set("-1Ad") or not paths:
        return Result(unknown, unknown)
    lines = []
    for name in paths:
        path = shell.context.path(name)
        kind = shell.context.files.kind(path)
        if kind is None and set(name) & set("*?["):
            continue  # a pattern that matches nothing
        if kind is None:
            return Result(unknown, unknown)
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
