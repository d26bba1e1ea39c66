"""Evaluates texts and files in the shell itself: ``.``, and what ``eval`` and ``sh`` share."""

from __future__ import annotations

from tools.effects.evaluation.context import LEFTOVER, Call, Result
from tools.effects.evaluation.interpreter import Interpreter
from tools.effects.evaluation.system import LIBRARIES
from tools.effects.evaluation.values import (
    FALSE,
    TRUE,
    Truth,
    Unknown,
    condition,
)
from tools.effects.shell.parser import parse
from tools.effects.shell.words import ShellSyntaxError

_RETURN = frozenset({"return"})
_OS_RELEASE_TEXT = """
    NAME ID ID_LIKE PRETTY_NAME VARIANT VARIANT_ID VERSION VERSION_ID VERSION_CODENAME BUILD_ID
    DEBIAN_VERSION_FULL IMAGE_ID IMAGE_VERSION HOME_URL SUPPORT_URL BUG_REPORT_URL VENDOR_NAME
"""
_SHORTEST_NAME = 2
_NOT_SETTINGS_TEXT = """
    ? DEBIAN_FRONTEND DPKG_ADMINDIR DPKG_MAINTSCRIPT_ARCH DPKG_MAINTSCRIPT_NAME
    DPKG_MAINTSCRIPT_PACKAGE HOME IFS PATH PPID
"""
_NOT_SETTINGS = frozenset(_NOT_SETTINGS_TEXT.split())  # what files of settings do not set
_OS_RELEASE = frozenset(_OS_RELEASE_TEXT.split())  # os-release(5)


def source_file(shell: Interpreter, call: Call) -> Result:
    """``. FILE``."""
    if not call.values or isinstance(call.values[0], Unknown):
        shell.context.fail(call, "what it reads is unknown")
        return Result()
    path = shell.context.path(call.values[0])
    if path == "/etc/os-release":
        said = Unknown("what /etc/os-release says")
        shell.variables.values.update(dict.fromkeys(_OS_RELEASE, said))
        return Result()
    if path.startswith(LIBRARIES):
        return Result()
    content = shell.content(path)
    if isinstance(content, Unknown):
        return Result(_unread(shell, call, path, content))
    return Result(shell.scope(_RETURN, lambda: run_text(shell, call, content)))


def _unread(shell: Interpreter, call: Call, path: str, content: Unknown) -> Truth:
    """Read a file whose content is not known."""
    context = shell.context
    if context.files.kind(path) == "":
        return FALSE
    if context.is_leftover(path) and _is_setting_of(context.package.name, path):
        # A first installation finds no settings of a service that nothing has made.
        context.fail(call, content.reason + LEFTOVER, condition("exists", path))
        return TRUE
    may_be_set = Unknown(f"a variable that {path} may set")
    shell.variables.default = may_be_set
    for name, value in shell.variables.values.items():
        # A file does not say where it is itself.
        if name not in _NOT_SETTINGS and value != path:
            shell.variables.values[name] = may_be_set
    if not path.startswith("/etc/"):
        # Settings that an administrator may change are variables; the rest has functions.
        context.fail(call, f"{content.reason} is unknown")
    return TRUE


def _is_setting_of(package: str, path: str) -> bool:
    """Return whether a path is named after a package or its service, as settings of it are."""
    stem = package.partition("-")[0]
    named = len(stem) > _SHORTEST_NAME and any(
        part.startswith(stem) for part in path.split("/")[2:]
    )
    return named or path.startswith("/etc/default/")


def run_text(shell: Interpreter, call: Call, text: str) -> Truth:
    """Run a text in the place of the command."""
    try:
        commands = parse(text)
    except ShellSyntaxError as error:
        shell.context.fail(call, str(error))
        return TRUE
    context = shell.context
    before = context.line
    # The result is declared where the script asks for it.
    context.line = before or call.line
    try:
        return shell.run(commands)
    finally:
        context.line = before
