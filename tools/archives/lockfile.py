"""Archive locks; ``rules/private/archive/lockfile.bzl`` describes them and reads them for Bazel."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tools.errors import PlinthError

VERSION = 1

Archive = dict[str, Any]


class ArchiveLockError(PlinthError):
    """An archive lock that cannot be read."""


def read_archives(text: str, where: str) -> dict[str, Archive]:
    """Archives by their name in the lock.

    Raises:
        ArchiveLockError: not JSON, or of another version.
    """
    try:
        data = json.loads(text)
    except ValueError as error:
        raise ArchiveLockError(f"{where}: not JSON: {error}") from error
    if not isinstance(data, dict) or data.get("version") != VERSION or "archives" not in data:
        raise ArchiveLockError(f"{where}: not an archive lock of version {VERSION}")
    archives: dict[str, Archive] = data["archives"]
    return archives


def archives_text(archives: Mapping[str, Archive]) -> str:
    """The text of a lock; the same for the same content."""
    data = {"version": VERSION, "archives": archives}
    return json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
