"""Reports main scripts of an image that have no interpreter.

Debian's essential packages are on every system, so no package depends on ``dash``. An image of only
r-base-core has ``R``, a script, and no program that can run it.
"""

from __future__ import annotations

import posixpath

from tools.layer.interpreters import package_of_interpreter
from tools.layer.main_programs import MainPrograms, asked_for
from tools.layer.tree import Tree
from tools.layer.whiteouts import merge_layers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from tools.layer.facts import Entry, Facts


def messages(
    scripts: Sequence[Entry], layers: Sequence[Facts], config: dict[str, Any]
) -> list[str]:
    """Return a message for each script that is meant to be started, and cannot be.

    Args:
        scripts: those that have no interpreter at first sight.
        layers: layer.json of all layers, lowest first.
        config: how containers are started: ``config`` of the configuration.
    """
    packages = {package["name"]: package for layer in layers for package in layer["packages"]}
    command = (config.get("Entrypoint") or config.get("Cmd") or [""])[0]
    if not command:
        wanted = asked_for(packages)
        scripts = [each for each in scripts if each.get("origin") in wanted]
        if not scripts:
            return []
    entries = merge_layers(layers)
    tree = Tree(({"entries": list(entries.values())},))
    environment = dict(item.partition("=")[::2] for item in config.get("Env") or ())
    programs = MainPrograms(entries, tree, packages, environment.get("PATH", ""))
    if "/" in command:
        started = tree.file(posixpath.join(config.get("WorkingDir") or "/", command))
    else:
        started = programs.find(command) if command else None
    found = []
    for entry in scripts:
        path, origin = entry["path"], entry.get("origin", "")
        if entries.get(path) is not entry:
            continue  # a later layer hides it
        wanted_too = entry is started if command else programs.is_main(path, origin)
        missing = programs.lacks_interpreter(entry["shebang"]) if wanted_too else ""
        if missing:
            package = package_of_interpreter(missing)
            found.append(
                f"/{path} ({origin}) is a script that {missing} runs, and the image has none: "
                + (f"add the package {package}" if package else "add it")
            )
    return found
