"""Runs verbs of the action tools as the rules do, and reads what they wrote."""

from __future__ import annotations

import gzip
import io
import itertools
import json
import sys
import tarfile
from typing import TYPE_CHECKING, Any

import pytest

from tools.action.program import main

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tools.deb_builder import Deb


class Failed(Exception):  # noqa: N818 - reads well in ``pytest.raises(Failed, match=…)``
    """A verb ended with status 1; the text is what the user saw."""


class Fragment:
    """A fragment on disk."""

    def __init__(self, segment: Path, facts: Path) -> None:
        self.segment = segment
        self.facts_path = facts

    @property
    def param(self) -> dict[str, str]:
        """As the layer verb takes it."""
        return {"segment": str(self.segment), "facts": str(self.facts_path)}

    @property
    def facts(self) -> dict[str, Any]:
        """The facts."""
        facts: dict[str, Any] = json.loads(self.facts_path.read_text())
        return facts

    def entry(self, path: str) -> dict[str, Any]:
        """Return the facts of one path."""
        (entry,) = [entry for entry in self.facts["entries"] if entry["path"] == path]
        return dict(entry)

    @property
    def paths(self) -> list[str]:
        """Every path of the facts."""
        return [entry["path"] for entry in self.facts["entries"]]

    def members(self) -> list[tarfile.TarInfo]:
        """Return the tar entries of the segment."""
        return list(self.archive())

    def archive(self) -> tarfile.TarFile:
        """Return the segment, with the end that a layer would give it."""
        data = gzip.decompress(self.segment.read_bytes()) if self.segment.stat().st_size else b""
        return tarfile.open(fileobj=io.BytesIO(data + bytes(1024)))

    def content(self, path: str) -> bytes:
        """Return the content of one file of the segment."""
        with self.archive() as archive:
            stream = archive.extractfile(path)
            assert stream
            return stream.read()


class Workbench:
    """A scratch directory with the verbs."""

    def __init__(self, directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.directory = directory
        self._capsys = capsys
        self._numbers = itertools.count()

    def run(self, verb: str, *params: tuple[str, Any]) -> str:
        """Run a verb; gives what it printed.

        Raises:
            Failed: it ended with an error.
        """
        path = self.directory / f"{next(self._numbers)}.params"
        lines = [verb, *(json.dumps({key: value}) for key, value in params)]
        path.write_text("\n".join(lines) + "\n")
        status = main([f"@{path}"])
        printed = self._capsys.readouterr().err
        if status:
            assert printed.startswith("error: ")
            raise Failed(printed)
        return printed

    def fragment(self, verb: str, *params: tuple[str, Any]) -> Fragment:
        """Run a fragment verb."""
        number = next(self._numbers)
        result = Fragment(self.directory / f"{number}.segment", self.directory / f"{number}.json")
        out = (("out_segment", str(result.segment)), ("out_facts", str(result.facts_path)))
        self.run(verb, *out, *params)
        return result

    def package(self, deb: Deb, *params: tuple[str, Any]) -> Fragment:
        """Run package-fragment on a package that is built here."""
        path = deb.write(self.directory)
        return self.fragment("package-fragment", ("deb", path), ("package", deb.facts), *params)

    def layer(
        self, *fragments: Fragment, below: tuple[Path, ...] = (), compression: str = "gzip"
    ) -> tuple[Path, Path]:
        """Run layer; gives the blob and its layer.json."""
        number = next(self._numbers)
        blob, facts = self.directory / f"{number}.layer", self.directory / f"{number}.layer.json"
        self.run(
            "layer",
            *(("segment", fragment.param) for fragment in fragments),
            *(("below", str(path)) for path in below),
            ("compression", {"format": compression}),
            ("out_layer", str(blob)),
            ("out_facts", str(facts)),
        )
        return blob, facts


def interpreter() -> list[str]:
    """Return what this Python was started with: the pinned one has its own loader and libraries."""
    with open("/proc/self/cmdline", encoding="utf-8") as stream:
        command = stream.read().split("\0")
    return command[:4] if command[1] == "--library-path" else [sys.executable]
