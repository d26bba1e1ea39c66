"""What upstream announces as its newest release, with the digests that it states."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tools.errors import PlinthError

Fetch = Callable[[str], bytes]
"""From a URL to what is there."""

_NODEJS = "https://nodejs.org/dist"
_DOTNET = "https://builds.dotnet.microsoft.com/dotnet/release-metadata"

# Debian's architecture to upstream's.
_NODEJS_MACHINES = {
    "amd64": "x64",
    "arm64": "arm64",
    "armhf": "armv7l",
    "ppc64el": "ppc64le",
    "s390x": "s390x",
}
_DOTNET_MACHINES = {"amd64": "x64", "arm64": "arm64", "armhf": "arm"}


class ReleaseError(PlinthError):
    """Upstream's announcement is not what it used to be."""


@dataclass(frozen=True, slots=True)
class ReleasedFile:
    """An archive of a release.

    Attributes:
        url: where it is.
        algorithm: ``sha256`` or ``sha512``, whichever upstream states.
        digest: hexadecimal.
        strip_prefix: directory in the archive that all paths begin with; may be empty.
    """

    url: str
    algorithm: str
    digest: str
    strip_prefix: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """A release.

    Attributes:
        version: as upstream writes it, without a leading ``v``.
        files: by Debian's name of the architecture.
    """

    version: str
    files: Mapping[str, ReleasedFile]


def newest_release(releases: Mapping[str, str], fetch: Fetch) -> Release:
    """Return the newest release of the line that ``releases`` of an archive lock names.

    Raises:
        ReleaseError: there is no such line, or the announcement cannot be understood.
    """
    for project, find in (("nodejs", _newest_nodejs), ("dotnet", _newest_dotnet)):
        if project in releases:
            try:
                return find(releases[project], fetch)
            except (ValueError, KeyError, TypeError, IndexError) as error:
                raise ReleaseError(
                    f"{project} {releases[project]}: cannot read upstream's announcement: {error!r}"
                ) from error
    raise ReleaseError(f"no such project: {', '.join(releases)}\n  known: nodejs, dotnet")


def version_key(version: str) -> tuple[int, ...]:
    """Sorts versions of numbers and dots."""
    return tuple(map(int, version.split(".")))


def _newest_nodejs(line: str, fetch: Fetch) -> Release:
    index: list[Mapping[str, Any]] = json.loads(fetch(f"{_NODEJS}/index.json"))
    versions = [item["version"].removeprefix("v") for item in index]
    newest = max((v for v in versions if v.split(".")[0] == line), key=version_key, default="")
    if not newest:
        raise ReleaseError(f"nodejs {line}: upstream has no such line of releases")
    sums = fetch(f"{_NODEJS}/v{newest}/SHASUMS256.txt").decode().splitlines()
    digests = {name: digest for digest, _, name in (line.partition("  ") for line in sums)}
    files = {}
    for architecture, machine in _NODEJS_MACHINES.items():
        directory = f"node-v{newest}-linux-{machine}"
        digest = digests.get(f"{directory}.tar.gz")
        if digest:
            url = f"{_NODEJS}/v{newest}/{directory}.tar.gz"
            files[architecture] = ReleasedFile(url, "sha256", digest, directory)
    return Release(newest, files)


def _newest_dotnet(line: str, fetch: Fetch) -> Release:
    metadata: Mapping[str, Any] = json.loads(fetch(f"{_DOTNET}/{line}/releases.json"))
    newest = metadata["latest-runtime"]
    (runtime,) = [
        release["runtime"]
        for release in metadata["releases"]
        if (release.get("runtime") or {}).get("version") == newest
    ][:1]
    found = {file["name"]: file for file in runtime["files"]}
    files = {}
    for architecture, machine in _DOTNET_MACHINES.items():
        file = found.get(f"dotnet-runtime-linux-{machine}.tar.gz")
        if file:
            files[architecture] = ReleasedFile(file["url"], "sha512", file["hash"].lower())
    return Release(newest, files)
