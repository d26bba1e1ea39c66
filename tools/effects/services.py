"""Finds what a service manager does before services, systemd.service(5) and systemd.exec(5).

A container runs only the program. Directories that the program expects, such as
``RuntimeDirectory=`` in ``/run`` and ``StateDirectory=`` in ``/var/lib``, are made. So are those
that a command of ``ExecStartPre=`` makes there. If that is a script of the package that does more,
it is reported; checks by programs themselves are not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from tools.effects.condition import Condition
from tools.effects.effect import Directory, Effect, Needless, NotReproduced, Ownership

SERVICES = "/usr/lib/systemd/system/"
"""The directories of units."""

REASON = "a service manager runs it before the program"
"""The reason why an image lacks their results."""

_COMMAND = re.compile(r"ExecStartPre=[-@:+!|]*(/\S+)(.*)")
_MAKE_DIRECTORIES = frozenset({"chmod", "chown", "install", "mkdir"})
_SPECIFIER = re.compile("[%$]")  # of systemd.unit(5), and variables of the service
_SHELL_SCRIPT = re.compile(rb"#! ?/(?:usr/)?bin/(?:env )?(?:ba|da)?sh\b")
_PLACES = {
    "RuntimeDirectory": "/run",
    "StateDirectory": "/var/lib",
    "CacheDirectory": "/var/cache",
    "LogsDirectory": "/var/log",
    "ConfigurationDirectory": "/etc",
}
_SETTING = re.compile(rf"((?:{'|'.join(_PLACES)})(?:Mode)?|User|Group|DynamicUser)=(.*)")


Evaluate = Callable[[str, str, int], list[Effect]]
"""Returns what a command of a file does, by the name of the file, the command and its line."""


def service_effects(
    entries: Mapping[str, str], read: Callable[[str], bytes | None], evaluate: Evaluate
) -> Iterator[Effect]:
    """Yield the directories of a package's services, and the scripts that run before them.

    Args:
        entries: as ``package_effects`` takes them.
        read: the content of one of its files, by absolute path; None if it is not at hand.
        evaluate: what a command does.
    """
    for path in sorted(entries):
        if not path.startswith(SERVICES) or not path.endswith(".service"):
            continue
        lines = (read(path) or b"").decode("utf-8", "replace").splitlines()
        script = path.rpartition("/")[2]
        yield from _directories(lines, script)
        as_root = not any(line.startswith(("User=", "DynamicUser=")) for line in lines)
        for number, line in enumerate(lines, 1):
            match = _COMMAND.match(line)
            if not match:
                continue
            text = match[1] + match[2]
            of_package = match[1] in entries and _SHELL_SCRIPT.match(read(match[1]) or b"")
            if not of_package and match[1].rpartition("/")[2] not in _MAKE_DIRECTORIES:
                continue
            evaluated = as_root and not _SPECIFIER.search(text)
            found = evaluate(script, text, number) if evaluated else []
            made = [effect for effect in found if _is_directory_of_service(effect)]
            yield from made
            others = [effect for effect in found if not isinstance(effect, Needless)]
            if of_package and (not evaluated or len(made) < len(others)):
                yield NotReproduced(text, REASON, script=script, line=number)


def _is_directory_of_service(effect: Effect) -> bool:
    return isinstance(effect, (Directory, Ownership)) and effect.path.startswith(("/run/", "/var/"))


def _directories(lines: list[str], script: str) -> Iterator[Directory]:
    """Yield those of a service, which belong to the account that runs it, systemd.exec(5)."""
    settings: dict[str, tuple[str, int]] = {}
    for number, line in enumerate(lines, 1):
        if match := _SETTING.match(line):
            settings[match[1]] = match[2].strip(), number
    user, group, dynamic = (
        settings.get(key, ("", 0))[0] for key in ("User", "Group", "DynamicUser")
    )
    # An account that systemd makes for one run of the service is not in an image.
    if dynamic in {"yes", "true", "on", "1"}:
        return
    for setting, place in _PLACES.items():
        names, number = settings.get(setting, ("", 0))
        owner = ("", "") if setting == "ConfigurationDirectory" else (user, group or user)
        for name in names.split():
            # "%i" is the name of an instance; after a colon is that of a link to the directory.
            directory = name.partition(":")[0]
            if any("%" in each for each in (directory, *owner)):
                continue
            path = f"{place}/{directory}"
            yield Directory(
                path,
                settings.get(f"{setting}Mode", ("", 0))[0] or "0755",
                owner[0] or None,
                owner[1] or None,
                # A directory of a script or of tmpfiles.d stays unchanged.
                when=(Condition("not-directory", path),),
                script=script,
                line=number,
            )
