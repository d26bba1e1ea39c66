"""Bazel's persistent workers: one process runs many actions, so that they need not start each.

https://bazel.build/remote/creating: a request and a response are JSON objects, one per line.
"""

from __future__ import annotations

import io
import sys

from tools.debian.errors import PlinthError
from tools.layer import json_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import IO


def serve(
    run: Callable[[list[str], str], None], requests: Iterable[str], responses: IO[str]
) -> None:
    """Answer requests with ``run`` until there are no more.

    ``run`` gets the arguments of a request, which are the lines of its params file, and what to
    call them in messages. What it prints becomes the output of the action.
    """
    for line in requests:
        request = json_text.loads(line)
        printed = io.StringIO()
        status = 0
        stderr, sys.stderr = sys.stderr, printed
        try:
            run(request["arguments"], "params")
        except (PlinthError, OSError) as error:
            printed.write(f"error: {error}\n")
            status = 1
        finally:
            sys.stderr = stderr
        response = {
            "exitCode": status,
            "output": printed.getvalue(),
            "requestId": request.get("requestId", 0),
        }
        responses.write(json_text.dumps(response) + "\n")
        responses.flush()
