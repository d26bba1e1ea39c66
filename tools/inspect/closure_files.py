"""Checks that the targets of scripts, links and the entrypoint of an image are there."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from tools.inspect.closure_packages import package_of_program
from tools.inspect.nearby import nearby_file
from tools.inspect.problem import Problem, shown
from tools.layer.interpreters import package_of_interpreter
from tools.tar.reader import MOST_LINKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.inspect.closure_standing import Standing
    from tools.inspect.image_facts import ImageFacts
    from tools.layer.facts import Entry

RUNTIME = ("dev", "proc", "run", "sys", "tmp")
"""Directories that a container runtime, or the running program, fills."""

RUNTIME_FILES = ("etc/hostname", "etc/hosts", "etc/localtime", "etc/mtab", "etc/resolv.conf")
"""Files that a container runtime, or the user of the container, puts there."""

_OF_LOGINS = frozenset(("login", "passwd", "util-linux"))
"""Packages for people who log in: images have them because others depend on them."""


def check_scripts(image: ImageFacts, standing: Standing) -> Iterator[Problem]:
    """Check that every executable script has its interpreter."""
    for entry in image.entries.values():
        if "shebang" in entry and entry["mode"] & 0o111:
            missing = standing.lacks_interpreter(entry["shebang"])
            if missing:
                package = package_of_interpreter(missing)
                yield Problem(
                    "missing-interpreter",
                    entry["path"],
                    entry.get("origin", ""),
                    f"is run by {shown(missing)} (#!{shown(entry['shebang'])}), which is not in"
                    " the image",
                    cure=f"add {package or 'it'}, or drop the script with a path policy",
                )


def check_shell(image: ImageFacts, standing: Standing) -> Iterator[Problem]:
    """Note which programs run commands by the shell, in an image without one.

    Most of them start without it: of 697 programs of Debian, 115 import system(3) or popen(3).
    """
    if image.tree.file("/bin/sh") is not None:
        return
    users = [
        path
        for path, entry in image.entries.items()
        if entry.get("elf", {}).get("shell")
        and standing.is_meant_to_run(path, entry.get("origin", ""))
    ]
    users.sort(key=lambda path: (path not in standing.started, path))
    if users:
        first = users[0]
        more = (f"as do {', '.join(map(shown, users[1:4]))}",) if users[1:] else ()
        yield Problem(
            "missing-shell",
            first,
            image.entries[first].get("origin", ""),
            "runs commands with /bin/sh, and the image has none",
            more,
            "if the program comes to that part, add dash, and what the commands are, such as"
            " coreutils",
            "note",
        )


def check_commands(image: ImageFacts, standing: Standing) -> Iterator[Problem]:
    """Check that a script that is meant to run has the programs that it runs."""
    for path, entry in image.entries.items():
        if "commands" not in entry or not standing.is_meant_to_run(path, entry.get("origin", "")):
            continue
        missing = [name for name in entry["commands"] if standing.find(name) is None]
        packages = {name: package_of_program(name) for name in missing}
        known = [name for name in missing if packages[name]]
        if known:  # others may be functions of files that the script reads
            add = ", ".join(sorted({packages[name] for name in known}))
            yield Problem(
                "missing-command",
                path,
                entry.get("origin", ""),
                f"is a script that runs {', '.join(known)}, which"
                f" {'are' if len(known) > 1 else 'is'} not in the image",
                cure=f"add {add}, or start the program itself instead of the script",
            )
        for name in entry["commands"]:
            shebang = (standing.find(name) or {}).get("shebang")
            lacking = standing.lacks_interpreter(shebang) if shebang else ""
            if lacking and not standing.lacks_interpreter(entry["shebang"]):
                yield Problem(
                    "missing-command",
                    path,
                    entry.get("origin", ""),
                    f"is a script that runs {name}, which is run by {shown(lacking)}, which is not"
                    " in the image",
                    cure=f"add {package_of_interpreter(lacking) or 'it'}",
                )


def check_links(image: ImageFacts) -> Iterator[Problem]:
    """Check that every symbolic link has a target, or one that the runtime makes."""
    for entry in image.entries.values():
        if entry["type"] == "symlink" and _leads_nowhere(image, entry):
            yield Problem(
                "dangling-link",
                entry["path"],
                entry.get("origin", ""),
                f"is a link to {shown(entry['target'])}, which is not in the image",
                cure="add what it leads to, or drop the link with a path policy",
            )


def check_entrypoint(image: ImageFacts, standing: Standing) -> Iterator[Problem]:
    """Check that the programs that containers start, and those a test names, may be started."""
    for name in standing.missing:
        message, cure = f"programs: {shown(name)} is not in the image", "correct the name"
        yield Problem("missing-program", name.strip("/"), "", message, cure=cure, rank="program")
    key = "Entrypoint" if image.run_config.get("Entrypoint") else "Cmd"
    yield from _check_program(image, standing, key.lower(), standing.command)
    # Docker Image Specification: ["CMD", program, …], or ["NONE"].
    test = (image.run_config.get("Healthcheck") or {}).get("Test") or []
    if len(test) > 1 and test[0] == "CMD":
        yield from _check_program(image, standing, "healthcheck", test[1])


def _check_program(
    image: ImageFacts, standing: Standing, key: str, program: str
) -> Iterator[Problem]:
    """Check that a program that the configuration names may be started."""
    if not program:
        return
    found = standing.find(program, image.run_config.get("WorkingDir") or "/")
    if found is None:
        message = f"{key}: {shown(program)} is not in the image"
        near = nearby_file(image, program)
        cure = "name a program of the image, by its absolute path"
        cure += f"; {near} is there" if near else ""
    elif not found["mode"] & 0o111:
        message = f"{key}: {shown(program)} may not be executed (mode {found['mode']:04o})"
        cure = "give it mode 0755"
    else:
        return
    yield Problem("missing-entrypoint", program.strip("/"), "", message, cure=cure)


def check_pam(image: ImageFacts, standing: Standing) -> Iterator[Problem]:
    """Check that the files that set-uid programs include into their configuration of PAM are there.

    libpam-runtime has it, which every Debian system has, so that not all who need it depend on it.
    A program that acts for another user does nothing before PAM allows it (sudo); a daemon asks PAM
    only where its own configuration wants that (monit).
    """
    if "etc/pam.d/common-auth" in image.entries:
        return
    for path, entry in image.entries.items():
        origin = entry.get("origin", "")
        directory, _, name = path.rpartition("/")
        if directory != "etc/pam.d" or origin in _OF_LOGINS or not standing.is_asked_for(origin):
            continue
        found = standing.find(name)
        if found is not None and found["mode"] & 0o4000:
            message = "includes what is not in the image: /etc/pam.d/common-auth, common-account, …"
            yield Problem("missing-by-name", path, origin, message, cure="add libpam-runtime")


def check_configuration(image: ImageFacts) -> Iterator[Problem]:
    """Find what maintainer scripts do on a Debian system, and what the image lacks."""
    for layer in image.layers:
        for item in layer.get("not_reproduced", ()):
            yield Problem(
                "not-reproduced",
                "",
                "",
                f"{item['package']}: {item['place']}: not reproduced: {item['text']}",
                cure=item["reason"],
                rank="note",
            )


def _leads_nowhere(image: ImageFacts, entry: Entry) -> bool:
    if image.tree.resolve(entry["path"]) is not None:
        return False
    for _ in range(MOST_LINKS):
        target = posixpath.join("/", posixpath.dirname(entry["path"]), entry["target"])
        path = posixpath.normpath(target)[1:]
        if path.split("/")[0] in RUNTIME or path in RUNTIME_FILES:
            return False
        following = image.entries.get(path)
        if following is None or following["type"] != "symlink":
            break
        entry = following
    return True
