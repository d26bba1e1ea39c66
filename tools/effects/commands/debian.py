"""dpkg(1) and its helpers, update-alternatives(1), ucf(1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from tools.debian.version import Version
from tools.effects.commands.files import copy
from tools.effects.commands.options import command
from tools.effects.effect import (
    Alternative,
    AlternativeChoice,
    Command,
    Diversion,
    Ownership,
    Trigger,
)
from tools.effects.evaluation.context import Call, Context, Result
from tools.effects.evaluation.interpreter import Handler
from tools.effects.evaluation.values import (
    FALSE,
    TRUE,
    Choice,
    Truth,
    Unknown,
    Value,
    condition,
    truth,
)
from tools.errors import PlinthError

TRIPLETS: Mapping[str, str] = {
    "amd64": "x86_64-linux-gnu",
    "arm64": "aarch64-linux-gnu",
    "armel": "arm-linux-gnueabi",
    "armhf": "arm-linux-gnueabihf",
    "i386": "i386-linux-gnu",
    "loong64": "loongarch64-linux-gnu",
    "mips64el": "mips64el-linux-gnuabi64",
    "ppc64el": "powerpc64le-linux-gnu",
    "riscv64": "riscv64-linux-gnu",
    "s390x": "s390x-linux-gnu",
}
"""Names of directories of libraries: dpkg-architecture(1), DEB_HOST_MULTIARCH."""

_PACKAGE = re.compile(r"[a-z0-9][a-z0-9+.-]+(?::\w+)?")
_LONG = re.compile("-[a-z]{2}")
_STATUS = re.compile(r"(?:-f|--showformat)[ =]?\$\{(?:Status|(db:Status-Status))\}(?:\\n)?(?!\S)")

UPGRADES = "it acts on what an earlier version left"
"""Why such a command has nothing to do."""


def has_unknown_argument(context: Context, call: Call) -> bool:
    """Return whether an argument is unknown, and note that the call is not reproduced then."""
    for value in call.values:
        if isinstance(value, Unknown):
            context.fail(call, f"an argument is unknown: {value.reason}")
            return True
    return False


def _alternatives(context: Context, call: Call) -> Result:
    if has_unknown_argument(context, call):
        return Result()
    words = list(call.arguments)
    installed: tuple[str, str, str, int] | None = None
    slaves: list[tuple[str, str, str]] = []
    try:
        while words:
            word = words.pop(0)
            if word == "--install":
                installed = (words[0], words[1], words[2], int(words[3]))
                del words[:4]
            elif word == "--slave":
                slaves.append((words[0], words[1], words[2]))
                del words[:3]
            elif word == "--set":
                context.emit(call, AlternativeChoice, words[0], words[1])
                del words[:2]
            elif word in {"--remove", "--remove-all", "--auto", "--config"}:
                return context.needless(call, UPGRADES)
            elif word in {"--display", "--query", "--list", "--get-selections"}:
                # A script asks for the installed version of its own package: there is none yet.
                return Result(FALSE)
            elif word in {"--altdir", "--admindir", "--log"}:
                del words[:1]
            elif word not in {"--quiet", "--force", "--verbose", "--skip-auto", "--debug"}:
                context.fail(call, f"{word} is not understood")
                return Result()
    except (IndexError, ValueError):
        context.fail(call, "an argument is missing, or the priority is no number")
        return Result()
    if installed:
        link, name, path, priority = installed
        context.emit(call, Alternative, link, name, path, priority, tuple(slaves))
    return Result()


def _dpkg(context: Context, call: Call) -> Result:  # noqa: PLR0911 - a case for each action
    words = [word for word in call.values if not str(word).startswith(("--admindir", "--root"))]
    if not words:
        return Result()
    action = words[0]
    if action == "--print-architecture":
        return Result(output=f"{context.package.architecture}\n")
    if action == "--compare-versions" and len(words) == 4:
        return Result(_compared(*words[1:]))
    if action in {"--compare-versions", "--print-foreign-architectures"}:
        return Result(truth(action != "--compare-versions"))
    if isinstance(action, str) and action.startswith(("--assert", "--validate")):
        return Result()
    if action in {"-s", "-l", "-L", "-S", "--status", "--list", "--listfiles", "--search", "-W"}:
        return _installed(context, words[1:])
    context.fail(call, "it acts on packages")
    return Result()


def _compared(left: object, operator: object, right: object) -> Truth:
    for value in (left, operator, right):
        if isinstance(value, Unknown):
            return value
    operator = {
        "<": "le",
        "<=": "le",
        "<<": "lt",
        "=": "eq",
        ">": "ge",
        ">=": "ge",
        ">>": "gt",
    }.get(str(operator), str(operator))
    # dpkg(1): an empty version is earlier than any, or later with the -nl operators.
    if left == "" or right == "":
        least = -1 if not operator.endswith("-nl") else 1
        order = 0 if left == right else (least if left == "" else -least)
    else:
        try:
            first, second = Version(str(left)), Version(str(right))
        except PlinthError:
            return Unknown("the order of versions")
        order = (first > second) - (first < second)
    name = operator.removesuffix("-nl")
    results = {
        "lt": order < 0, "le": order <= 0, "eq": order == 0, "ne": order != 0,
        "ge": order >= 0, "gt": order > 0,
    }  # fmt: skip
    return truth(results[name]) if name in results else Unknown("the order of versions")


def _installed(context: Context, words: list[Value]) -> Result:
    names = [word for word in words if isinstance(word, str) and not word.startswith("-")]
    own = {context.package.name, f"{context.package.name}:{context.package.architecture}"}
    if names and set(names) <= own:
        return Result(TRUE, Unknown("what dpkg says of the package itself"))
    reason = f"whether {' '.join(names) or 'a package'} is installed"
    if len(names) != 1 or not _PACKAGE.fullmatch(names[0]):
        return Result(Unknown(reason), Unknown(reason))
    there = condition("installed", names[0].partition(":")[0])
    # What it says of the package, where that is there.
    return Result(there, Unknown(reason, choice=Choice(there, Unknown(reason), "")))


def _dpkg_query(context: Context, call: Call) -> Result:
    if "--control-path" in call.arguments or "-c" in call.arguments:
        return Result(FALSE)  # images have no control files
    result = _installed(context, list(call.values))
    text, output = " ".join(call.arguments), result.output
    status = _STATUS.search(text)
    if status and isinstance(output, Unknown) and output.choice is not None:
        said = "installed" if status[1] else "install ok installed"
        choice = replace(output.choice, first=said)
        return replace(result, output=replace(output, choice=choice))
    if result.truth == TRUE and "${Version}" in text and "{Status}" not in text:
        return Result(TRUE, context.package.version)
    if result.truth == TRUE and "${Conffiles}" in text and not context.files.unpacked:
        return Result(TRUE, "")  # those of the version that is there, and there is none
    return result


def _dpkg_architecture(context: Context, call: Call) -> Result:
    architecture = context.package.architecture
    name = call.arguments[-1].removeprefix("-q") if call.arguments else ""
    if name.endswith("_MULTIARCH") and architecture in TRIPLETS:
        return Result(output=f"{TRIPLETS[architecture]}\n")
    if name.endswith("_ARCH"):
        return Result(output=f"{architecture}\n")
    return Result(output=Unknown(f"dpkg-architecture {name}"))


def _dpkg_vendor(_: Context, call: Call) -> Result:
    if "--derives-from" in call.arguments or "--is" in call.arguments:
        return Result(truth(call.arguments[-1].lower() == "debian"))
    return Result(output="Debian\n")


def _maintscript_helper(context: Context, call: Call) -> Result:
    if "supports" in call.arguments:
        return Result()
    return context.needless(call, UPGRADES)


@command(
    "", "update", "add", "remove", "list", "force", "force-all", "quiet", "force-statoverride-add",
    "force-statoverride-remove", "force-statoverride-del",
)  # fmt: skip
def _statoverride(
    context: Context, call: Call, options: dict[str, str], words: list[str]
) -> Result:
    if "list" in options:
        # A first installation has only those that this script has added.
        known = [path for path in words if path in context.overridden]
        return Result(truth(bool(known)), "".join(f"root root 0 {path}\n" for path in known))
    if "remove" in options:
        return context.needless(call, UPGRADES)
    if "add" in options and len(words) == 4:
        user, group, mode, path = words
        if context.surely():
            context.overridden.add(path)
        if "update" not in options:
            return context.needless(call, "only files that are unpacked later would change")
        path = context.path(path)
        context.emit(
            call, Ownership, path, user=user.lstrip("#"), group=group.lstrip("#"), mode=mode
        )
        return Result()
    context.fail(call, "its arguments are not understood")
    return Result()


@command("", "add", "remove", "list", "listpackage=", "truename=", "rename", "no-rename", "divert=",
         "package=", "local", "quiet", "test", "admindir=", "instdir=", "root=")  # fmt: skip
def _divert(context: Context, call: Call, options: dict[str, str], words: list[str]) -> Result:
    if "truename" in options:
        return Result(output=f"{options['truename']}\n")
    if "listpackage" in options or "list" in options:
        return Result()
    if "remove" in options:
        return context.needless(call, UPGRADES)
    if len(words) != 1:
        context.fail(call, "its arguments are not understood")
        return Result()
    path = context.path(words[0])
    to = options.get("divert", f"{path}.distrib")
    if to.endswith(".usr-is-merged"):
        return context.needless(call, "that is for systems where /bin and /usr/bin are two")
    context.emit(call, Diversion, path, to)
    return Result()


@command("", "check-supported", "by-package=", "no-await", "await", "no-act", "admindir=", "help")
def _trigger(context: Context, call: Call, options: dict[str, str], words: list[str]) -> Result:
    if "check-supported" not in options:
        for word in words:
            context.emit(call, Trigger, word)
    return Result()


def _ucf(context: Context, call: Call) -> Result:
    if {"--purge", "-p"} & set(call.arguments):
        return context.needless(call, UPGRADES)
    # It takes long options with one hyphen, too.
    values = tuple(
        f"-{value}" if isinstance(value, str) and _LONG.match(value) else value
        for value in call.values
    )
    return _ucf_copy(context, replace(call, values=values))


@command("dhnpsvDP", "debug", "debconf-ok", "debconf-template=", "purge", "three-way", "sum-file=",
         "src-dir=", "state-dir=", "help", "no-action", "verbose")  # fmt: skip
def _ucf_copy(context: Context, call: Call, _: dict[str, str], words: list[str]) -> Result:
    if len(words) != 2:
        context.fail(call, "its arguments are not understood")
        return Result()
    copy(context, call, context.path(words[0]), context.path(words[1]))
    return Result()


def _ucfr(context: Context, call: Call) -> Result:
    return context.needless(call, "which package a configuration file belongs to")


def _tmpfiles(context: Context, call: Call) -> Result:
    """Return the package's own declarations, whether or not the image has systemd."""
    directory = "sysusers.d/" if call.name == "systemd-sysusers" else ""
    for name in call.arguments:
        context.declare(f"{directory}{name.rpartition('/')[2]}")
    return context.needless(call, "the package's declarations are read as they are")


def _phpquery(_: Context, call: Call) -> Result:
    if "-M" in call.arguments:
        return Result(output="*\n")  # each module that the image has
    unknown = Unknown("the result of phpquery")
    return Result(unknown, unknown)


def _php_invoke(context: Context, call: Call) -> Result:
    """``php_invoke enmod VERSION SAPI MODULE`` of php-maintscript-helper."""
    if has_unknown_argument(context, call):
        return Result()
    words = call.arguments
    if len(words) == 4 and words[0] == "enmod":
        arguments = ("-v", words[1], "-s", words[2], words[3])
        context.emit(call, Command, "phpenmod", arguments)
        return Result()
    return context.needless(call, UPGRADES)


def _ucfq(_: Context, __: Call) -> Result:
    unknown = Unknown("which files ucf knows")
    return Result(output=unknown)


DEBIAN: Mapping[str, Handler] = {
    "update-alternatives": _alternatives, "dpkg": _dpkg, "dpkg-query": _dpkg_query,
    "dpkg-architecture": _dpkg_architecture, "dpkg-vendor": _dpkg_vendor,
    "dpkg-maintscript-helper": _maintscript_helper, "dpkg-statoverride": _statoverride,
    "dpkg-divert": _divert, "dpkg-trigger": _trigger, "ucf": _ucf, "ucfq": _ucfq,
    "php_invoke": _php_invoke, "phpquery": _phpquery, "systemd-tmpfiles": _tmpfiles,
    "systemd-sysusers": _tmpfiles,
    "ucfr": _ucfr,
}  # fmt: skip
"""The commands of this topic."""
