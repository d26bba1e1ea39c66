"""Runs ``go build`` in an action: with caches of its own, absolute paths and nothing of the host.

The standard library is compiled once for all programs. Go keeps what it has compiled in a cache;
that cache, packed, is what one action hands to the next.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

# The last field of an entry of Go's cache says when it was made.
_ENTRY_TIME = re.compile(rb" +\d+\n$")


def main() -> None:
    """Compile the standard library, or a program on top of it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--go", required=True, help="the go command, in its GOROOT")
    parser.add_argument("--architecture", required=True, help="GOARCH")
    parser.add_argument("--stdlib", required=True, help="the packed standard library")
    parser.add_argument("--directory", help="of the program's main package")
    parser.add_argument("--out", help="the program; if missing, the standard library is made")
    parser.add_argument("sources", nargs="*")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        go = _Go(Path(arguments.go).absolute(), arguments.architecture, Path(scratch))
        stdlib = Path(arguments.stdlib).absolute()
        if arguments.out is None:
            go.build("std", directory=".")
            _pack(go.cache, stdlib)
            return
        with tarfile.open(stdlib) as archive:
            archive.extractall(go.cache, filter="data")
        for source in arguments.sources:
            # Copied: Go embeds no file that is a link, and a sandbox is made of links.
            copy = Path(scratch, "src", os.path.relpath(source, arguments.directory))
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)
        out = Path(arguments.out).absolute()
        go.build("-ldflags=-s -w -buildid=", "-o", str(out), ".", directory=f"{scratch}/src")


class _Go:
    def __init__(self, go: Path, architecture: str, scratch: Path) -> None:
        self._go = str(go)
        self.cache = scratch / "cache"
        self.cache.mkdir()
        self._environment = {
            "CGO_ENABLED": "0",
            "GOARCH": architecture,
            "GOCACHE": str(self.cache),
            "GOENV": "off",
            "GOFLAGS": "-trimpath -buildvcs=false",
            "GOOS": "linux",
            "GOPATH": str(scratch / "path"),
            "GOPROXY": "off",
            "GOROOT": str(go.parent.parent),
            "GOTELEMETRY": "off",
            "GOTOOLCHAIN": "local",
            "HOME": str(scratch),
            "TMPDIR": str(scratch),
        }

    def build(self, *arguments: str, directory: str) -> None:
        done = subprocess.run(
            [self._go, "build", *arguments], cwd=directory, env=self._environment, check=False
        )
        if done.returncode != 0:
            sys.exit(done.returncode)


def _pack(cache: Path, archive: Path) -> None:
    with tarfile.open(archive, "w", format=tarfile.GNU_FORMAT) as out:
        for path in sorted(cache.glob("??/*-[ad]")):
            if path.name.endswith("-a"):
                path.write_bytes(_without_time(path.read_bytes()))
            member = tarfile.TarInfo(str(path.relative_to(cache)))
            member.size = path.stat().st_size
            with path.open("rb") as content:
                out.addfile(member, content)


def _without_time(entry: bytes) -> bytes:
    return _ENTRY_TIME.sub(lambda time: b"1\n".rjust(len(time[0])), entry)


if __name__ == "__main__":
    main()
