"""Finds scripts that no program of an image can run, while it is built.

Most images have none, and the module that reports them is imported only for those that do.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from tools.layer.facts import Entry, Facts

_DIRECTORIES = ("usr/local/sbin", "usr/local/bin", "usr/sbin", "usr/bin")


def check_scripts(layers: Sequence[Facts], config: dict[str, Any]) -> list[str]:
    """Return a message for each script that is meant to be started, and cannot be.

    These are what containers start, or without an entrypoint, the main programs of packages.

    Args:
        layers: layer.json of all layers, lowest first.
        config: how containers are started: ``config`` of the configuration.
    """
    scripts = _at_first_sight(layers)
    command = (config.get("Entrypoint") or config.get("Cmd") or [""])[0]
    if command:
        name = command.rpartition("/")[2]
        scripts = [each for each in scripts if each["path"].rpartition("/")[2] == name]
    if not scripts:
        return []
    found: list[str] = import_module("tools.image.main_scripts").messages(scripts, layers, config)
    return found


def _at_first_sight(layers: Sequence[Facts]) -> list[Entry]:
    """Return scripts whose interpreter is missing, both under its name and below /usr."""
    names = {entry["path"] for layer in layers for entry in layer["entries"]}
    known: dict[str, bool] = {}
    found = []
    for layer in layers:
        for entry in layer["entries"]:
            shebang = entry.get("shebang")
            if shebang is None or not entry["mode"] & 0o111:
                continue
            if shebang not in known:
                program, _, argument = shebang.partition(" ")
                path = program.lstrip("/")
                known[shebang] = path in names or f"usr/{path}" in names
                if known[shebang] and path.endswith("/env"):
                    known[shebang] = any(f"{each}/{argument}" in names for each in _DIRECTORIES)
            if not known[shebang]:
                found.append(entry)
    return found
