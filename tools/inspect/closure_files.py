"""Scripts, links and the entrypoint of an image: whether what they name is there."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from tools.inspect.problem import Problem, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.inspect.image_facts import ImageFacts
    from tools.layer.facts import Entry

RUNTIME = ("dev", "proc", "run", "sys", "tmp")
"""Directories that a container runtime, or the running program, fills."""

RUNTIME_FILES = ("etc/hostname", "etc/hosts", "etc/localtime", "etc/mtab", "etc/resolv.conf")
"""Files that a container runtime, or whoever starts the container, puts there."""

_MOST_LINKS = 40  # path_resolution(7)
_DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"  # runc, Docker


def check_scripts(image: ImageFacts) -> Iterator[Problem]:
    """Every executable script has its interpreter."""
    for entry in image.entries.values():
        if "shebang" in entry and entry["mode"] & 0o111:
            missing = _missing_interpreter(image, entry["shebang"])
            if missing:
                yield Problem(
                    "missing-interpreter",
                    entry["path"],
                    entry.get("origin", ""),
                    f"is run by {shown(missing)} (#!{shown(entry['shebang'])}), which is not in"
                    " the image",
                    cure="add it, or drop the script with a path policy",
                )


def check_links(image: ImageFacts) -> Iterator[Problem]:
    """Every symbolic link leads somewhere, or to where the runtime puts things."""
    for entry in image.entries.values():
        if entry["type"] == "symlink" and _leads_nowhere(image, entry):
            yield Problem(
                "dangling-link",
                entry["path"],
                entry.get("origin", ""),
                f"is a link to {shown(entry['target'])}, which is not in the image",
                cure="add what it leads to, or drop the link with a path policy",
            )


def check_entrypoint(image: ImageFacts) -> Iterator[Problem]:
    """The program that containers start is there and may be started."""
    config = image.run_config
    key = "Entrypoint" if config.get("Entrypoint") else "Cmd"
    command = config.get(key)
    if not command:
        return
    program = command[0]
    if "/" in program:
        workdir = config.get("WorkingDir") or "/"
        found = image.tree.file(posixpath.join(workdir, program))
    else:
        found = _on_path(image, program)
    if found is None:
        message = f"{key.lower()}: {shown(program)} is not in the image"
        cure = "name a program of the image, by its absolute path"
    elif not found["mode"] & 0o111:
        message = f"{key.lower()}: {shown(program)} may not be executed (mode {found['mode']:04o})"
        cure = "give it mode 0755"
    else:
        return
    yield Problem("missing-entrypoint", program.strip("/"), "", message, cure=cure)


def _missing_interpreter(image: ImageFacts, shebang: str) -> str:
    """The program that is missing, or nothing."""
    program, _, argument = shebang.partition(" ")
    if not _program(image, program):
        return program
    words = argument.split()
    if program.rpartition("/")[2] != "env":
        return ""
    # env(1): options, NAME=VALUE, and the program to look for.
    words = [word for word in words if not word.startswith("-") and "=" not in word]
    if words and not (_program(image, words[0]) if "/" in words[0] else _on_path(image, words[0])):
        return words[0]
    return ""


def _on_path(image: ImageFacts, name: str) -> Entry | None:
    for directory in (image.environment.get("PATH") or _DEFAULT_PATH).split(":"):
        found = _program(image, f"{directory}/{name}")
        if found:
            return found
    return None


def _program(image: ImageFacts, path: str) -> Entry | None:
    found = image.tree.file(path)
    return found if found and found["mode"] & 0o111 else None


def _leads_nowhere(image: ImageFacts, entry: Entry) -> bool:
    if image.tree.resolve(entry["path"]) is not None:
        return False
    for _ in range(_MOST_LINKS):
        target = posixpath.join("/", posixpath.dirname(entry["path"]), entry["target"])
        path = posixpath.normpath(target)[1:]
        if path.split("/")[0] in RUNTIME or path in RUNTIME_FILES:
            return False
        following = image.entries.get(path)
        if following is None or following["type"] != "symlink":
            break
        entry = following
    return True
