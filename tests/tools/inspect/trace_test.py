"""What is noted of opened files is all of them, or nothing."""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING

import pytest

from tools.inspect.trace import FileWatch, TraceError

if TYPE_CHECKING:
    from pathlib import Path


def test_files_that_are_opened_are_noted(tmp_path: Path) -> None:
    (tmp_path / "directory").mkdir()
    for name in ("opened", "directory/opened", "passed-over"):
        (tmp_path / name).touch()
    with FileWatch(str(tmp_path)) as watch:
        for name in ("opened", "directory/opened"):
            (tmp_path / name).read_bytes()
    assert {"opened", "directory/opened"} <= watch.opened
    assert "passed-over" not in watch.opened


def test_a_kernel_that_has_no_more_watches(tmp_path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, limits[1]))
    try:
        with pytest.raises(TraceError, match=r"^inotify: Too many open files$"):
            FileWatch(str(tmp_path)).__enter__()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
