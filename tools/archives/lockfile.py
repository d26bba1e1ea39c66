"""Archive locks; ``rules/private/archive/lockfile.bzl`` describes them and reads them for Bazel."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tools.errors import PlinthError
from tools.grammar.architectures import ARCHITECTURES
from tools.grammar.fields import field_problem, shown

VERSION = 1

Archive = dict[str, Any]


class ArchiveLockError(PlinthError):
    """An archive lock that cannot be read."""


def read_archives(text: str, where: str) -> dict[str, Archive]:
    """Read the archives by their name in the lock.

    Raises:
        ArchiveLockError: not JSON, of another version, or with a malformed field.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ArchiveLockError(f"{where}: not JSON: {error}") from error
    archives = data.get("archives") if isinstance(data, dict) else None
    if not isinstance(archives, dict) or data.get("version") != VERSION:
        raise ArchiveLockError(f"{where}: not an archive lock of version {VERSION}")
    for key, archive in archives.items():
        problem = field_problem("archive_name", key, "its name in the lock")
        problem = problem or _archive_problem(archive)
        if problem:
            raise ArchiveLockError(f"{where}: archive {shown(key)}: {problem}")
    return archives


def archives_text(archives: Mapping[str, Archive]) -> str:
    """Return the canonical text of a lock."""
    data = {"version": VERSION, "archives": archives}
    return json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


Problem = str | None

_ARCHIVE = {"license": "text", "name": "text", "version": "text"}
_DIGESTS = ("sha256", "sha512")


def _archive_problem(archive: object) -> Problem:
    problem = _fields_problem(archive, _ARCHIVE, {"homepage": "url"})
    if problem or not isinstance(archive, dict):
        return problem
    files, places = archive.get("files", []), archive.get("architectures")
    releases = archive.get("releases", {})
    if not isinstance(files, list) or not isinstance(releases, dict):
        return "files should be a list, and releases an object"
    problems = [field_problem("archive_path", path, "a file") for path in files]
    problems += [field_problem("archive_name", each, "releases") for each in releases]
    problems += [field_problem("text", each, "releases") for each in releases.values()]
    if not isinstance(places, dict) or not places:
        problems.append("architectures should be an object, and not empty")
    problem = next(filter(None, problems), None)
    for architecture, place in {} if problem else places.items():  # type: ignore[union-attr]
        if architecture not in ARCHITECTURES:
            known = ", ".join(ARCHITECTURES)
            return f"{shown(architecture)} is not one of Debian's architectures {known}"
        if inside := _place_problem(place, files):
            return f"{architecture}: {inside}"
    return problem


def _place_problem(place: object, files: list[str]) -> Problem:
    problem = _fields_problem(place, {"url": "url"}, {"strip_prefix": "archive_path"})
    if problem or not isinstance(place, dict):
        return problem
    members, carriers = place.get("members", {}), place.get("carriers", [])
    if not isinstance(members, dict) or not isinstance(carriers, list):
        return "members should be an object, and carriers a list"
    if members and sorted(members) != sorted(files):
        return "'members' must have the digest of each of 'files', and of no other"
    if carriers and not members:
        return "'carriers' need 'members': another archive is known by the digests of its files"
    problems = [_digest_problem(place)]
    for path, digest in members.items():
        problems.append(field_problem("archive_path", path, "a member"))
        problems.append(field_problem("sha256", digest, f"the digest of {shown(path)}"))
    problems += [_carrier_problem(carrier) for carrier in carriers]
    return next(filter(None, problems), None)


def _carrier_problem(carrier: object) -> Problem:
    if not isinstance(carrier, dict) or ("npm" in carrier) == ("pypi" in carrier):
        return f"{shown(carrier)} should name a carrier: npm and a version, or pypi"
    kinds = {"pypi": "pypi_name", "sha256": "sha256"}
    if "npm" in carrier:
        kinds = {"npm": "npm_name", "version": "npm_version"}
    problem = _fields_problem(carrier, kinds, {"strip_prefix": "archive_path"})
    problem = problem or _digest_problem(carrier)
    return f"a carrier's {problem}" if problem else None


def _digest_problem(described: Mapping[str, Any]) -> Problem:
    stated = [name for name in _DIGESTS if described.get(name) is not None]
    if not stated:
        return "it has neither 'sha256' nor 'sha512'"
    problems = (field_problem(name, described[name], name) for name in stated)
    return next(filter(None, problems), None)


def _fields_problem(
    values: object, kinds: Mapping[str, str], optional: Mapping[str, str]
) -> Problem:
    if not isinstance(values, dict):
        return f"{shown(values)} should be an object"
    there = {field: kind for field, kind in optional.items() if values.get(field) is not None}
    for field, kind in {**kinds, **there}.items():
        if problem := field_problem(kind, values.get(field), field):
            return problem
    return None
