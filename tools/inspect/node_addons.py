"""Finds missing addons of npm packages, which an install script would have made."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tools.inspect.problem import Problem
from tools.layer.javascript_source import package_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.inspect.image_facts import ImageFacts

# What node-gyp compiles is next to the package.json of the package.
_COMPILED = re.compile(r"(.*/node_modules/|node_modules/)((?:@[^/]+/)?[^/]+)/binding\.gyp")


# The names of addons for node-gyp-build, which opens them:
# prebuilds/PLATFORM-ARCHITECTURE/TAG.TAG.node. Those of other runtimes in the same directory have
# other suffixes.
_PREBUILT = re.compile(r"(?:^|/)node_modules/(?:.*/prebuilds/([^/]+)/.*|.*\.node)")
_ARCHITECTURES = {"amd64": "x64", "armhf": "arm", "i386": "ia32", "ppc64el": "ppc64"}


def for_this_platform(image: ImageFacts, problem: Problem) -> Problem:
    """Return the problem; a note where the addon is there for another platform."""
    found = _PREBUILT.search(problem.path)
    if not found:
        return problem
    architecture = _ARCHITECTURES.get(image.architecture, image.architecture)
    platform, _, architectures = (found[1] or "").partition("-")
    elsewhere = bool(architectures) and (
        platform != "linux" or architecture not in architectures.split("+")
    )
    musl = any("/ld-musl-" in f"/{path}" for path in image.entries)
    other_library = ".glibc." if musl else ".musl."
    if elsewhere or other_library in posixpath.basename(problem.path):
        return replace(problem, kind="other-platform", rank="note")
    return problem


def check_addons(image: ImageFacts) -> Iterator[Problem]:
    """Check that a package with an addon has it: in its tarball, or in a dependency's.

    It is an error for a package that the application itself loads. For other packages it is often
    optional.
    """
    compiled = [
        (entry, match)
        for path, entry in image.entries.items()
        if (match := _COMPILED.fullmatch(path))
    ]
    if not compiled:
        return
    addons = [path for path in image.entries if path.endswith(".node")]
    loaded = {
        package_of(specifier)
        for entry in image.entries.values()
        for specifier in entry.get("requires", ())
    }
    for entry, match in compiled:
        directory, name = posixpath.dirname(entry["path"]), match[2]
        package = image.entries.get(f"{directory}/package.json", {}).get("component", {})
        homes = [
            f"{directory}/",
            *(f"/node_modules/{each}/" for each in package.get("requires", ())),
        ]
        if any(home in path for path in addons for home in homes):
            continue
        yield Problem(
            "missing-addon",
            entry["path"],
            entry.get("origin", ""),
            f"{name} has source of an addon, and no compiled one (*.node): its install script,"
            " which is not run, compiles or downloads it",
            cure="take a version or package that brings it for each platform, or add the file that"
            f" npm rebuild {name} makes, with a files_layer",
            rank="program" if name in loaded else "note",
        )
