"""The effects of one package, from its control archive and its files."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache, partial

from tools.effects.commands.debconf import questions
from tools.effects.commands.table import COMMANDS, SHELL_COMMANDS
from tools.effects.condition import Condition
from tools.effects.effect import Effect, Needless, NotReproduced
from tools.effects.evaluation.branches import Leave
from tools.effects.evaluation.builtins import run_file
from tools.effects.evaluation.context import Context, EvaluatedPackage
from tools.effects.evaluation.interpreter import Interpreter
from tools.effects.evaluation.system import Files
from tools.effects.evaluation.values import Unknown
from tools.effects.services import service_effects
from tools.effects.shell.parser import parse
from tools.effects.shell.words import ShellSyntaxError
from tools.effects.sysusers import sysusers_effects
from tools.effects.tmpfiles import tmpfiles_effects
from tools.effects.triggers import activated, interests

SYSUSERS = "/usr/lib/sysusers.d/"
"""Files that declare accounts, sysusers.d(5)."""

TMPFILES = "/usr/lib/tmpfiles.d/"
"""Files that declare files, tmpfiles.d(5)."""

SCRIPTS = frozenset({"preinst", "postinst", "triggers"})
"""Files of a control archive that have effects."""

_MAKES_ACCOUNTS = re.compile(r"\b(?:adduser|addgroup|useradd|groupadd)\b")


def package_effects(
    control: Mapping[str, bytes],
    identity: Mapping[str, str],
    entries: Mapping[str, str],
    read: Callable[[str], bytes | None],
) -> tuple[Effect, ...]:
    """Return what installing a package does, in the order in which it happens.

    Args:
        control: the files of its control archive.
        identity: ``name``, ``version`` and ``architecture`` of the package; of the image's
            architecture if it is ``all`` and that is known.
        entries: its own files: ``file``, ``executable``, ``directory`` or ``symlink`` by absolute
            path.
        read: the content of one of its files, by absolute path; None if it is not at hand.
    """
    texts = {name: data.decode("utf-8", "surrogateescape") for name, data in control.items()}
    package = EvaluatedPackage(
        identity["name"],
        identity["version"],
        identity["architecture"],
        questions(texts.get("templates", "")),
    )
    context = Context(package, Files(entries, read))
    context.files.private = _private_directory(package.name, entries)
    context.files.unpacked = False
    context.files.standard = package.name != "base-files"
    scripts = texts.get("preinst", "") + texts.get("postinst", "")
    context.makes_accounts = bool(_MAKES_ACCOUNTS.search(scripts))
    if "preinst" in texts:
        _run(context, "preinst", texts["preinst"], "install")
    context.files.unpacked = True
    if "config" in texts:
        # It only asks questions. Without apt-utils, as on every minimal system, debconf runs it
        # when the postinst begins: files are unpacked then.
        before = list(context.effects)
        context.files.untouched = True
        _run(context, "config", texts["config"], "configure")
        context.files.untouched = False
        context.effects = before
    _declared(context, entries, read)
    unasked = len(context.effects)
    if "postinst" in texts:
        _run(context, "postinst", texts["postinst"], "configure")
    for name in list(context.declared):
        # Accounts that no script makes are there before the scripts that may need them.
        context.declare(name, at=unasked if name.startswith("sysusers.d/") else None)
    if "postinst" in texts:
        _run_triggered(context, texts)
    context.effects += list(service_effects(entries, read, partial(_run_command, context)))
    found = context.effects + list(activated(texts.get("triggers", "")))
    return tuple(dict.fromkeys(found))


def condensed(effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """Return the effects, with each needless command once."""
    seen: set[tuple[str, str]] = set()
    found = []
    for effect in effects:
        if isinstance(effect, Needless):
            if (effect.command, effect.reason) in seen:
                continue
            seen.add((effect.command, effect.reason))
        found.append(effect)
    return tuple(found)


def _run_command(context: Context, script: str, text: str, line: int) -> list[Effect]:
    """Return what a command of another file than a maintainer script does."""
    before, context.effects = context.effects, []
    context.run_lasts = True
    _run(context, script, f"#!/bin/sh\n{text}\n", line=line)
    context.run_lasts = False
    found, context.effects = context.effects, before
    return found


def _run(context: Context, script: str, text: str, *arguments: str, line: int = 0) -> None:
    context.start(script)
    context.line = line
    language = _language(text)
    if language:
        context.effects.append(
            NotReproduced(
                text.partition("\n")[0], f"it is a program in {language}", script=script, line=1
            )
        )
        return
    try:
        commands = _parsed(text)
    except ShellSyntaxError as error:
        lines = text.splitlines()[error.line - 1 : error.line]
        context.effects.append(
            NotReproduced("".join(lines).strip(), error.problem, script=script, line=error.line)
        )
        return
    shell = Interpreter(context, COMMANDS, SHELL_COMMANDS, run_file)
    package = context.package
    shell.variables.zero = f"/var/lib/dpkg/info/{package.name}.{script}"
    shell.variables.positional[:] = arguments
    # dpkg(1), "Internal environment".
    shell.variables.values.update(
        DPKG_MAINTSCRIPT_PACKAGE=package.name,
        DPKG_MAINTSCRIPT_NAME=script,
        DPKG_MAINTSCRIPT_ARCH=package.architecture,
        DPKG_ADMINDIR="/var/lib/dpkg",
        DEBIAN_FRONTEND="noninteractive",
        PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        HOME="/root",
        PPID=Unknown("the number of a process"),
    )
    try:
        shell.run(commands)
    except Leave as leave:
        if isinstance(leave.truth, Unknown) and leave.truth.reason.endswith(("long", "end")):
            effect = NotReproduced("…", leave.truth.reason, script=script, line=1)
            context.effects.append(effect)
    except RecursionError:
        effect = NotReproduced("…", "it is nested too deeply", script=script, line=1)
        context.effects.append(effect)


_parsed = lru_cache(maxsize=8)(parse)  # a postinst runs again for each trigger


def _run_triggered(context: Context, texts: Mapping[str, str]) -> None:
    """Run the postinst as triggers do, for its additional effects."""
    done = list(context.effects)
    for name in interests(texts.get("triggers", "")):
        context.effects = []
        _run(context, "postinst", texts["postinst"], "triggered", name)
        fresh = [effect for effect in context.effects if effect not in done]
        condition = Condition("triggered", name)
        for effect in fresh:
            if not isinstance(effect, (Needless, NotReproduced)):
                effect = replace(effect, when=(condition, *effect.when))  # noqa: PLW2901
            done.append(effect)
    context.effects = done


def _private_directory(name: str, entries: Mapping[str, str]) -> str:
    """Return the directory in /etc with a package's name: /etc/proftpd of proftpd-core."""
    while name:
        if entries.get(f"/etc/{name}") == "directory":
            return f"/etc/{name}"
        name = name.rpartition("-")[0]
    return ""


def _declared(
    context: Context, entries: Mapping[str, str], read: Callable[[str], bytes | None]
) -> None:
    """Read the package's declarations: files are made on request.

    Accounts are made at once, or on request as well where a script may make them before.
    """
    for path in sorted(entries):
        if not path.endswith(".conf") or not path.startswith((SYSUSERS, TMPFILES)):
            continue
        data = read(path)
        if data is None:
            continue
        text = data.decode("utf-8", "surrogateescape")
        directory, name = path.removeprefix("/usr/lib/").split("/", 1)
        if directory == "sysusers.d":
            declared = list(sysusers_effects(text, f"{directory}/{name}"))
            context.declared[f"sysusers.d/{name}"] = declared
            if not context.makes_accounts:
                context.declare(f"sysusers.d/{name}")
        else:
            context.declared[name] = list(tmpfiles_effects(text, f"{directory}/{name}"))


def _language(text: str) -> str:
    """Return the name of a script's interpreter; empty for a shell."""
    words = text.partition("\n")[0].removeprefix("#!").split()
    name = words[0].rpartition("/")[2] if words else ""
    if name == "env" and len(words) > 1:
        name = words[1]
    return "" if name in {"sh", "dash", "bash"} else name or "an unknown language"
