"""Evaluates a script as the postinst of a package, for tests."""

from __future__ import annotations

from collections.abc import Mapping

from tools.effects.effect import Effect
from tools.effects.package import package_effects


def effects_of(
    script: str,
    files: Mapping[str, str] | None = None,
    name: str = "tool",
    **control: str,
) -> list[Effect]:
    """Return what a package does.

    Args:
        script: its postinst, without the first line.
        files: its own files: content by path; a path with a final slash is a directory.
        name: of the package.
        **control: further files of its control archive.
    """
    contents = dict(files or {})
    entries = {path.rstrip("/"): "directory" if path.endswith("/") else "file" for path in contents}
    archive = {"postinst": f"#!/bin/sh\n{script}", **control}
    return list(
        package_effects(
            {key: text.encode("utf-8", "surrogateescape") for key, text in archive.items()},
            {"name": name, "version": "1.2-3", "architecture": "amd64"},
            entries,
            lambda path: contents[path].encode() if path in contents else None,
        )
    )


def shown(effects: list[Effect]) -> list[str]:
    """Effects as short texts: kind, and what is not a place."""
    found = []
    for effect in effects:
        values = effect.to_json()
        kind = values.pop("kind")
        del values["script"], values["line"]
        values["when"] = values.pop("when", None)
        found.append(
            " ".join(
                [kind, *(f"{name}={value}" for name, value in values.items() if value is not None)]
            )
        )
    return found
