"""What the fields of a lock may be; ``rules/private/apt/lockfile.bzl`` checks the same in Bazel.

Few people read a lock of thousands of lines in a pull request, so it must be only data. No field
may lead out of a directory, stay unverified, or reach a terminal unescaped.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from tools.grammar.architectures import ARCHITECTURES
from tools.grammar.fields import field_problem, shown

_PACKAGE = {
    "architecture": "debian_architecture",
    "archive": "archive_name",
    "name": "debian_name",
    "sha256": "sha256",
    "size": "size",
    "source": "debian_name",
    "source_version": "debian_version",
    "version": "debian_version",
}
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
# The characters of relations. Parsing thousands would take half of the time of --check.
_RELATIONS = re.compile(r"[A-Za-z0-9+.:~_<>=|,()\[\]! -]+")
_ARCHIVE = {"archive": "archive_name", "directory": "text", "snapshot": "stamp"}


def lock_problem(lock: Mapping[str, Any]) -> str | None:
    """Return the first problem of the fields of a lock, for people; None if there is none.

    Args:
        lock: as JSON has it, of the right version.
    """
    archives, packages = lock.get("archives"), lock.get("packages")
    if not isinstance(archives, dict):
        return "archives should be an object"
    for name, archive in archives.items():
        problem = field_problem("archive_name", name, "the name of an archive")
        problem = problem or _archive_problem(archive)
        if problem:
            return f"archive {shown(name)}: {problem}"
    if not isinstance(packages, dict):
        return "packages should be an object"
    for architecture, entries in packages.items():
        if architecture not in ARCHITECTURES:
            known = ", ".join(ARCHITECTURES)
            return f"it is locked for {shown(architecture)}, which is not one of {known}"
        problem = _packages_problem(entries, architecture, archives)
        if problem:
            return problem
    return _provided_problem(lock.get("provided"), packages)


def _archive_problem(archive: object) -> str | None:
    if not isinstance(archive, dict):
        return "it should be an object"
    for field, kind in _ARCHIVE.items():
        problem = field_problem(kind, archive[field], field) if archive.get(field) else None
        if problem:
            return problem
    mirrors, suites = archive.get("mirrors"), archive.get("suites")
    if not isinstance(mirrors, list) or not isinstance(suites, dict):
        return "mirrors should be a list, and suites an object"
    problems = [field_problem("mirror", mirror, "a mirror") for mirror in mirrors]
    for name, suite in suites.items():
        problems.append(field_problem("suite", name, "the name of a suite"))
        problems.append(_suite_problem(name, suite))
    return next(filter(None, problems), None)


def _suite_problem(name: str, suite: object) -> str | None:
    if not isinstance(suite, dict) or not isinstance(suite.get("indexes"), dict):
        return f"suite {shown(name)}: it should be an object with indexes"
    problem = field_problem("sha256", suite.get("inrelease_sha256"), "inrelease_sha256")
    for path, sha256 in suite["indexes"].items():
        problem = problem or field_problem("pool_path", path, "the path of an index")
        problem = problem or field_problem("sha256", sha256, f"the digest of {path}")
    problem = problem or field_problem("text", suite.get("codename") or "-", "codename")
    problem = problem or _instant_problem(suite.get("date"), "date")
    if suite.get("valid_until") is not None:
        problem = problem or _instant_problem(suite["valid_until"], "valid_until")
    for field in ("components", "signed_by"):
        values = suite.get(field)
        if not isinstance(values, list):
            return f"suite {shown(name)}: {field} should be a list"
        for value in values:
            problem = problem or field_problem("suite", value, field)
    return f"suite {shown(name)}: {problem}" if problem else None


def _instant_problem(value: object, field: str) -> str | None:
    law = "a time such as 2026-11-21T09:15:44Z"
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        return f"{field} = {shown(value)} should be {law}"
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return f"{field} = {shown(value)} should be {law}"
    return None


def _packages_problem(
    entries: object, architecture: str, archives: Mapping[str, Any]
) -> str | None:
    if not isinstance(entries, list):
        return f"the packages for {architecture} should be a list"
    names = {each.get("name") for each in entries if isinstance(each, dict) and _named(each)}
    seen: set[str] = set()
    for package in entries:
        problem = _package_problem(package, architecture, names, archives)
        name = package.get("name") if isinstance(package, dict) else package
        if not problem and name in seen:
            problem = "it is there twice"
        if problem:
            return f"package {shown(name)} for {architecture}: {problem}"
        seen.add(package["name"])
    return None


def _provided_problem(
    provided: object, packages: Mapping[str, list[Mapping[str, Any]]]
) -> str | None:
    if provided is None:
        return None
    if not isinstance(provided, dict) or not all(
        isinstance(names, dict) and architecture in packages
        for architecture, names in provided.items()
    ):
        return "provided should be an object, with an object for an architecture that is locked"
    for architecture, names in provided.items():
        locked = {package["name"] for package in packages[architecture]}
        for name, provider in names.items():
            problem = field_problem("debian_name", name, "provided")
            if not problem and name in locked:
                problem = f"provided: {shown(name)} is locked itself"
            if not problem and (not isinstance(provider, str) or provider not in locked):
                problem = f"{shown(provider)}, which provides {name}, is not locked"
            if problem:
                return problem
    return None


def _named(package: Mapping[str, Any]) -> bool:
    return isinstance(package.get("name"), str)


def _package_problem(  # noqa: PLR0911
    package: object, architecture: str, names: set[Any], archives: Mapping[str, Any]
) -> str | None:
    if not isinstance(package, dict):
        return "it should be an object"
    for field, kind in _PACKAGE.items():
        if problem := field_problem(kind, package.get(field), field):
            return problem
    if package.get("snapshot") is not None and (
        problem := field_problem("stamp", package["snapshot"], "snapshot")
    ):
        return problem
    if package["architecture"] not in (architecture, "all"):
        return f"architecture = {shown(package['architecture'])} should be {architecture} or all"
    if package["archive"] not in archives:
        return f"archive = {shown(package['archive'])} is none of the lock's archives"
    filename = package.get("filename")
    if isinstance(filename, str) and "://" in filename:
        kind = "url"
    else:
        # Files of your own directory have the names that you gave them.
        kind = "archive_path" if archives[package["archive"]].get("directory") else "pool_path"
    if problem := field_problem(kind, filename, "filename"):
        return problem
    return _depends_problem(package.get("depends"), names) or _effects_problem(
        package.get("effects")
    )


def _depends_problem(depends: object, names: Collection[str]) -> str | None:
    if not isinstance(depends, dict | list):
        return "depends should be an object"
    missing = [name for name in depends if not isinstance(name, str) or name not in names]
    if missing:
        return f"it depends on {shown(missing[0])}, which is not locked"
    # Locks of the first version of Plinth have names only.
    for text in depends.values() if isinstance(depends, dict) else ():
        if not isinstance(text, str) or not _RELATIONS.fullmatch(text):
            return f"depends: {shown(text)} should be a list of relations (Debian Policy 7.1)"
    return None


def _effects_problem(effects: object) -> str | None:
    if effects is None:
        return None
    if not isinstance(effects, list):
        return "effects should be a list"
    problems = filter(None, map(_effect_problem, effects))
    return next((f"effects: {problem}" for problem in problems), None)


def _effect_problem(effect: object) -> str | None:
    if not isinstance(effect, dict):
        return f"{shown(effect)} should be an object"
    when = effect.get("when", [])
    if not isinstance(when, list) or not all(
        isinstance(each, list) and len(each) == 2 for each in when
    ):
        return f"when = {shown(when)} should be a list of pairs"
    return (
        field_problem("text", effect.get("kind"), "kind")
        or field_problem("text", effect.get("script"), "script")
        or field_problem("size", effect.get("line"), "line")
    )
