"""What a target is, and what is asked of it."""

from __future__ import annotations

import resource
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.errors import PlinthError

CORPUS = Path(__file__).parent / "corpus"

SECONDS = 10
"""Of the processor, for one input; sound ones of this size take some milliseconds."""

_MEMORY = 4 << 30  # bytes of address space, of which a reader uses a small part


@dataclass(frozen=True)
class Target:
    """A reader.

    Attributes:
        name: what the test of it is called.
        read: reads an input; it may write below the directory.
        seeds: sound inputs.
        words: what its format is made of, to be put anywhere.
        repair: makes good what would end the reading early, such as a checksum.
        is_json: whether inputs are changed as JSON too.
    """

    name: str
    read: Callable[[bytes, Path], object]
    seeds: tuple[bytes, ...]
    words: tuple[bytes, ...] = ()
    repair: Callable[[bytes], bytes] = bytes
    is_json: bool = False


class TooSlowError(Exception):
    """A reader did not come to an end in time."""


class OutsideError(Exception):
    """A reader wrote where it must not."""


def corpus(*names: str) -> tuple[bytes, ...]:
    """Return the inputs of the corpus."""
    return tuple((CORPUS / name).read_bytes() for name in names)


def attempt(target: Target, content: bytes) -> bool:
    """Let a target read an input; whether it took it.

    Raises:
        Exception: it broke the law.
    """
    with tempfile.TemporaryDirectory(prefix="plinth-fuzz-") as name:
        outside = Path(name)
        inside = outside / "a" / "b"
        inside.mkdir(parents=True)
        before = {path: path.stat().st_mode for path in _outside(outside, inside)}
        try:
            with _limits():
                target.read(content, inside)
        except PlinthError as error:
            message = str(error)
            if not message or "\x1b" in message:
                raise AssertionError(f"no clear error: {message!r}") from error
            return False
        finally:
            if before != {path: path.stat().st_mode for path in _outside(outside, inside)}:
                raise OutsideError(str(sorted(outside.rglob("*"))))
    return True


def _outside(directory: Path, inside: Path) -> Iterator[Path]:
    return (path for path in directory.rglob("*") if not path.is_relative_to(inside))


@contextmanager
def _limits() -> Iterator[None]:
    def end(*_: object) -> None:
        raise TooSlowError(f"more than {SECONDS} s")

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    handler = signal.signal(signal.SIGPROF, end)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, hard))
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
        signal.signal(signal.SIGPROF, handler)
