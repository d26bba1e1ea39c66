"""A manifest and a tiny archive, for running the program on."""

from __future__ import annotations

import io
import json
import pathlib
from dataclasses import dataclass

from tests.tools.lock.tiny_archive import TinyArchive, public_key
from tools.lock.cli import main


@dataclass
class Project:
    """A manifest next to an archive."""

    directory: pathlib.Path
    archive: TinyArchive

    def write(self, packages: str = "[app]", more: str = "", mirror: str = "") -> None:
        """Write the manifest, of the archive as it is at a mirror, or else in its directory."""
        (self.directory / "tiny.asc").write_text(public_key(self.archive.key))
        (self.directory / "m.yaml").write_text(
            "version: 1\narchives:\n  tiny:\n"
            f"    mirrors: ['{mirror or self.archive.url}']\n"
            "    suites: [tiny]\n    components: [main]\n    keys: [tiny.asc]\n"
            f"architectures: [{', '.join(self.archive.architectures)}]\n"
            f"packages: {packages}\n{more}"
        )

    def run(self, *arguments: str, status: int | None = 0) -> str:
        """Run the program; returns what it printed. With a status of None it may end with any."""
        output = io.StringIO()
        environment = {
            "BUILD_WORKSPACE_DIRECTORY": str(self.directory),
            "PLINTH_CACHE": str(self.directory / "cache"),
        }
        files = ["--manifest", "m.yaml", "--lock", "l.json"]
        ended = main([*files, *arguments], environment=environment, output=output)
        assert status in (None, ended)
        return output.getvalue()

    def versions(self, lock: str = "l.json") -> dict[str, str]:
        """Locked versions by name."""
        data = json.loads((self.directory / lock).read_text())
        return {each["name"]: each["version"] for each in data["packages"]["amd64"]}
