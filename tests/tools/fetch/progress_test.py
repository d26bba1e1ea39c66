"""What a person sees while something is fetched."""

from __future__ import annotations

import io

import pytest

from tools.fetch.progress import Progress


class Terminal(io.StringIO):
    """Remembers what a terminal was sent."""

    def isatty(self) -> bool:
        """Return true: it is one."""
        return True


@pytest.fixture
def now() -> list[float]:
    return [100.0]


def work(progress: Progress, now: list[float]) -> None:
    progress.expect(items=2, size=30_000_000)
    for _ in range(30):
        now[0] += 0.5
        progress.received(1_000_000)
    progress.finished()
    progress.finished()
    progress.close()


def test_a_terminal_shows_one_line_that_changes(now: list[float]) -> None:
    stream = Terminal()
    work(Progress("fetching Bazel", stream=stream, clock=lambda: now[0]), now)
    assert stream.getvalue().count("\n") == 1
    assert "\rfetching Bazel: 0 of 2 packages, 10.0 of 30.0 MB, 2.0 MB/s\x1b[K" in stream.getvalue()
    assert stream.getvalue().endswith(
        "\r\x1b[Kfetching Bazel: 2 of 2 packages, 30.0 of 30.0 MB, 2.0 MB/s\n"
    )


def test_a_log_gets_a_line_now_and_then(now: list[float]) -> None:
    stream = io.StringIO()
    work(Progress("fetching Bazel", stream=stream, clock=lambda: now[0]), now)
    assert stream.getvalue().splitlines() == [
        "fetching Bazel: 0 of 2 packages, 20.0 of 30.0 MB, 2.0 MB/s",
        "fetching Bazel: 2 of 2 packages, 30.0 of 30.0 MB, 2.0 MB/s",
    ]


def test_a_note_does_not_disturb_the_changing_line(now: list[float]) -> None:
    stream = Terminal()
    progress = Progress("fetching", stream=stream, clock=lambda: now[0])
    progress.received(1)
    progress.note("another one is busy")
    assert stream.getvalue().endswith("\r\x1b[Kanother one is busy\n")
