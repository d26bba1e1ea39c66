"""What Bazel does with a persistent worker: sends requests, reads responses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tools.action import protocol
from tools.action.worker import (
    ARGUMENTS,
    EXIT_CODE,
    OUTPUT,
    REQUEST_ID,
    RESPONSE_ID,
    SANDBOX_DIRECTORY,
)

_INPUTS = 2


@dataclass(frozen=True, order=True)
class Response:
    """How an action ended.

    Attributes:
        number: of the request.
        output: what it printed.
    """

    number: int
    exit_code: int
    output: str


def request(arguments: Sequence[str], number: int = 0, sandbox: str = "") -> bytes:
    """Return a request as Bazel sends it, inputs of the action and all."""
    return protocol.encode(
        [
            *((ARGUMENTS, argument.encode()) for argument in arguments),
            (_INPUTS, b"\x0a\x04path"),
            (REQUEST_ID, number),
            (SANDBOX_DIRECTORY, sandbox.encode()),
        ]
    )


def read_response(stream: Callable[[int], bytes]) -> Response:
    """Read one response.

    Raises:
        EOFError: there is none.
    """
    message = protocol.read(stream)
    if message is None:
        raise EOFError
    fields = dict(protocol.decode(message))
    number, exit_code, output = (fields[key] for key in (RESPONSE_ID, EXIT_CODE, OUTPUT))
    assert isinstance(number, int)
    assert isinstance(exit_code, int)
    assert isinstance(output, bytes)
    return Response(number, exit_code, output.decode())
