"""What services have a service manager run before them, systemd.service(5): ``ExecStartPre=``.

A container runs the program alone. Where such a command is a script of the package, the program
may need what it makes, so it is reported; checks by programs themselves are not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from tools.effects.effect import NotReproduced

SERVICES = "/usr/lib/systemd/system/"
"""Where packages have units."""

REASON = "a service manager runs it before the program"
"""Why an image lacks what they make."""

_COMMAND = re.compile(r"ExecStartPre=[-@:+!|]*(/\S+)(.*)")
_SHELL_SCRIPT = re.compile(rb"#! ?/(?:usr/)?bin/(?:env )?(?:ba|da)?sh\b")


def service_effects(
    entries: Mapping[str, str], read: Callable[[str], bytes | None]
) -> Iterator[NotReproduced]:
    """Yield the scripts of a package that run before its services.

    Args:
        entries: as ``package_effects`` takes them.
        read: the content of one of its files, by absolute path; None if it is not at hand.
    """
    for path in sorted(entries):
        if not path.startswith(SERVICES) or not path.endswith(".service"):
            continue
        for number, line in enumerate(
            (read(path) or b"").decode("utf-8", "replace").splitlines(), 1
        ):
            match = _COMMAND.match(line)
            if match and match[1] in entries and _SHELL_SCRIPT.match(read(match[1]) or b""):
                yield NotReproduced(
                    match[1] + match[2],
                    REASON,
                    script=path.rpartition("/")[2],
                    line=number,
                )
