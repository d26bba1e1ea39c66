"""Runs apt-get on an empty root with indexes of its own."""

from __future__ import annotations

import hashlib
import os
import pathlib
import re
import subprocess
from collections.abc import Sequence

from tests.debian_program import debian_program


class Apt:
    """An apt with an empty root, for one architecture."""

    def __init__(
        self, directory: pathlib.Path, architecture: str, command: Sequence[str] = ("apt-get",)
    ) -> None:
        """Write its configuration.

        Args:
            directory: an empty one.
            architecture: the one that it installs.
            command: that starts apt-get.
        """
        self._directory = directory
        self._architecture = architecture
        self._command = command
        for name in (
            "state/lists/partial",
            "cache/archives/partial",
            "etc/apt.conf.d",
            "etc/preferences.d",
        ):
            (directory / name).mkdir(parents=True)
        (directory / "status").touch()
        (directory / "apt.conf").write_text(
            f'Dir "{directory}";\n'
            f'Dir::State "{directory}/state";\n'
            f'Dir::State::status "{directory}/status";\n'
            f'Dir::Cache "{directory}/cache";\n'
            f'Dir::Etc "{directory}/etc";\n'
            f'APT::Architecture "{architecture}";\n'
            f'APT::Architectures {{ "{architecture}"; }};\n'
            'APT::Install-Recommends "false";\n'
            'APT::Sandbox::User "root";\n'
            'Acquire::Languages "none";\n'
        )

    def add_source(self, line: str) -> None:
        """Add a line to its sources.list(5)."""
        with (self._directory / "etc" / "sources.list").open("a") as file:
            file.write(f"{line}\n")

    def add_index(self, suite: str, index: bytes) -> None:
        """Give it the index of a suite, as if it had fetched that; it can fetch nothing itself."""
        self._forget_how_to_fetch()
        # It wants to know what it would fetch, though it does not.
        file = b"Filename: pool/a.deb\nSize: 1\nSHA256: " + b"0" * 64
        index = re.sub(rb"(?m)^(Package: .+)$", rb"\1\n" + file, index)
        self.add_source(f"deb [trusted=yes] file:/{suite} {suite} main")
        path = f"main/binary-{self._architecture}/Packages"
        release = (
            f"Origin: Debian\nSuite: {suite}\nCodename: {suite}\n"
            "Date: Wed, 01 Jan 2020 00:00:00 UTC\n"
            f"Architectures: {self._architecture}\nComponents: main\n"
            f"SHA256:\n {hashlib.sha256(index).hexdigest()} {len(index)} {path}\n"
        )
        # How apt calls what it has fetched: the URL, with other slashes.
        prefix = f"_{suite}_dists_{suite}_"
        lists = self._directory / "state" / "lists"
        (lists / f"{prefix}Release").write_text(release)
        (lists / (prefix + path.replace("/", "_"))).write_bytes(index)

    def _forget_how_to_fetch(self) -> None:
        # It asks the program for this kind of URL what it can do, even if nothing is fetched.
        method = self._directory / "methods" / "file"
        if not method.exists():
            method.parent.mkdir()
            method.write_text(
                "#!/bin/sh\nprintf '100 Capabilities\\nVersion: 1.2\\n\\n'\nread -r _\n"
            )
            method.chmod(0o755)
            with (self._directory / "apt.conf").open("a") as file:
                file.write(f'Dir::Bin::methods "{method.parent}";\n')

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run apt-get."""
        return subprocess.run(
            [*self._command, *arguments],
            env={
                **os.environ,
                "APT_CONFIG": str(self._directory / "apt.conf"),
                "LC_ALL": "C",
            },
            capture_output=True,
            text=True,
            check=False,
        )

    def choose(self, *roots: str) -> set[str]:
        """Return what it would install, as names with versions; nothing for a virtual package."""
        done = self.run("install", "--simulate", *roots)
        assert done.returncode == 0 or "is a virtual package" in done.stdout, done.stderr
        found = re.findall(r"^Inst (\S+) \((\S+)", done.stdout, re.MULTILINE)
        return {f"{name.partition(':')[0]} {version}" for name, version in found}


def pinned_command() -> list[str]:
    """Start the apt of this folder, in a test that has it among its files."""
    table = os.path.join(os.environ["RUNFILES_DIR"], os.environ["APT_CPUTABLE"])
    tables = {name: os.path.join(os.path.dirname(table), name) for name in _TABLES}
    options = [
        word for name, path in tables.items() for word in ("-o", f"Dir::dpkg::{name}={path}")
    ]
    return [*debian_program("apt"), *options]


_TABLES = ("cputable", "tupletable")
