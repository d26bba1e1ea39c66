"""What the fields of a lock may be; ``rules/private/apt/lockfile.bzl`` checks the same in Bazel.

A lock of thousands of lines is hardly read by anybody in a pull request, so it must be data and
no more: nothing of it may lead out of a directory, go unverified, or reach a terminal unescaped.
"""

from __future__ import annotations

from collections.abc import Mapping
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
_ARCHIVE = {"archive": "archive_name", "directory": "text", "snapshot": "stamp"}


def lock_problem(lock: Mapping[str, Any]) -> str | None:
    """What is wrong with the fields of a lock, for people; None if nothing is.

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
            return f"it is locked for {shown(architecture)}, which is none of {known}"
        problem = _packages_problem(entries, architecture, archives)
        if problem:
            return problem
    return None


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
    for field in ("codename", "date"):
        if suite.get(field):
            problem = problem or field_problem("text", suite[field], field)
    return f"suite {shown(name)}: {problem}" if problem else None


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
        # Files of a directory of one's own have the names that one gave them.
        kind = "archive_path" if archives[package["archive"]].get("directory") else "pool_path"
    if problem := field_problem(kind, filename, "filename"):
        return problem
    depends = package.get("depends")
    if not isinstance(depends, dict | list):
        return "depends should be an object"
    missing = next((name for name in depends if name not in names), None)
    return f"it depends on {shown(missing)}, which is not locked" if missing is not None else None
