"""One form for the command lines of all programs that people run."""

from __future__ import annotations

import argparse

_EXIT_STATUS = """\
exit status:
  0    done, and no check failed
  1    an error, or a check failed
  2    wrong arguments
  130  interrupted
"""


def command_parser(program: str, description: str, help_after: str) -> argparse.ArgumentParser:
    """Return a parser whose ``--help`` ends with examples and the exit status.

    Args:
        program: its name in usage and errors.
        description: what it does, in one or two sentences.
        help_after: what comes after the options, as it will be printed: a line ``examples:``, and
            below it at least two command lines.
    """
    return argparse.ArgumentParser(
        prog=program,
        description=description,
        epilog=f"{help_after}\n{_EXIT_STATUS}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
