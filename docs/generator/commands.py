"""What the programs that people run answer to ``--help``, as a page."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tools.advisory import show as advisories
from tools.inspect import commands as inspect
from tools.lock import cli, mirror
from tools.registry import commands as registry
from tools.report import show as report


@dataclass(frozen=True, slots=True)
class Program:
    """A program, and how a user of the module starts it."""

    command: str
    main: Callable[[Sequence[str]], object]
    arguments: tuple[str, ...] = ()


PROGRAMS = (
    Program("bazel run @rules_plinth//tools/lock --", cli.main),
    Program("bazel run @rules_plinth//tools/lock:mirror --", mirror.main),
    Program("bazel run //:push --", registry.main, ("push",)),
    Program("bazel run //:load --", registry.main, ("load",)),
    Program("bazel run //:images.lock --", registry.main, ("lock-images",)),
    Program("bazel run @rules_plinth//tools/inspect --", inspect.main),
    *(
        Program(f"bazel run @rules_plinth//tools/inspect -- {verb}", inspect.main, (verb,))
        for verb in ("closure", "surface", "transfer", "diff", "unpack", "trace", "slice")
    ),
    Program("bazel run //:image.advisories --", lambda each: advisories.main(each, {})),
    Program("bazel run //:image.report --", lambda each: report.main(each, {})),
)


def commands_page() -> str:
    """Return the page. It is as wide as argparse makes it: set ``COLUMNS``."""
    parts = [
        "# Commands",
        "A target of `apt_lock`, `image_push`, `image_push_all` or `image_load` gives its program "
        "the files to read; below, `//:push` and `//:load` are examples of such targets.",
    ]
    for program in PROGRAMS:
        parts += [f"## {program.command.removesuffix(' --')}", f"```console\n{_help(program)}\n```"]
    return "\n\n".join(parts) + "\n"


def _help(program: Program) -> str:
    written = io.StringIO()
    with contextlib.redirect_stdout(written), contextlib.suppress(SystemExit):
        program.main([*program.arguments, "--help"])
    return f"$ {program.command} --help\n{written.getvalue().strip()}"
