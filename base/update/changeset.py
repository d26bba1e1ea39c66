"""Files that change together, or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from types import TracebackType


class Changeset:
    """New content for files. As a context it takes back what it wrote when something fails."""

    def __init__(self) -> None:
        """Begin with no change."""
        self._contents: dict[str, str] = {}
        self._before: dict[str, bytes] = {}

    def put(self, path: str, content: str) -> None:
        """Record the new content of a file; nothing is written yet."""
        self._contents[path] = content

    def write(self) -> list[str]:
        """Write what is noted and differs; gives the paths.

        Raises:
            OSError: a file cannot be written; ``__exit__`` puts the others back.
        """
        written = []
        for path, content in self._contents.items():
            with open(path, "rb") as file:
                before = file.read()
            if before != content.encode():
                self._before.setdefault(path, before)
                _replace(path, content.encode())
                written.append(path)
        self._contents.clear()
        return written

    def __enter__(self) -> Changeset:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        if kind is not None:
            for path, before in self._before.items():
                _replace(path, before)


def _replace(path: str, content: bytes) -> None:
    # In the same directory, because only there a rename is atomic.
    directory = os.path.dirname(os.path.abspath(path))
    descriptor, temporary = tempfile.mkstemp(prefix=".update-", dir=directory)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            os.fchmod(file.fileno(), 0o644)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
