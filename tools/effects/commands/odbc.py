"""odbcinst(1): which drivers of ODBC the system has, in ``/etc/odbcinst.ini``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tools.effects.commands.options import command
from tools.effects.effect import File
from tools.effects.evaluation.context import Call, Context, Result
from tools.effects.evaluation.interpreter import Handler
from tools.effects.evaluation.values import Unknown, condition

_DRIVERS = "/etc/odbcinst.ini"
_SECTION = re.compile(r"\s*\[(.*)\]\s*")


@command("qidsrlvun:f:")
def _odbcinst(context: Context, call: Call, options: dict[str, str], words: list[str]) -> Result:
    if "d" not in options or words or {"u", "s"} & options.keys():
        context.fail(call, "its arguments are not understood")
        return Result()
    if "q" in options:
        name = options.get("n", "")
        test = condition("matches", f"{_DRIVERS} {_header(name)}")
        return Result(test if name else Unknown("which drivers there are"), Unknown("the drivers"))
    if "f" in options:
        data = context.files.content(context.path(options["f"]))
        text = None if data is None else data.decode("utf-8", "surrogateescape")
    else:
        text = call.input if isinstance(call.input, str) else None
    if text is None:
        context.fail(call, "the content of its template is not known")
        return Result()
    for name, section in _sections(text):
        missing = condition("matches-not", f"{_DRIVERS} {_header(name)}")
        context.emit_where(missing, call, File, _DRIVERS, section, append=True)
    return Result()


def _header(name: str) -> str:
    return rf"^\[{re.escape(name)}\]$"


def _sections(text: str) -> Iterator[tuple[str, str]]:
    """Yield the drivers of a template, each as odbcinst writes it."""
    settings: dict[str, dict[str, str]] = {}
    current: dict[str, str] | None = None
    for line in text.splitlines():
        if section := _SECTION.fullmatch(line):
            current = settings.setdefault(section[1], {})
        elif current is not None and line.strip() and not line.lstrip().startswith(("#", ";")):
            key, _, value = line.partition("=")
            current[key.strip()] = value.strip()
    for name, values in settings.items():
        values["UsageCount"] = "1"
        lines = [f"[{name}]", *(f"{key}={value}" for key, value in values.items())]
        yield name, "\n".join(lines) + "\n\n"


ODBC: Mapping[str, Handler] = {"odbcinst": _odbcinst}
"""The command of this topic."""
