"""Imports the whole standard library, inside the image; prints what cannot be imported, and why."""

import importlib
import pkgutil
import sys
import sysconfig

# Importing these does something, or they are programs.
PROGRAMS = ("antigravity", "idlelib", "this", "__main__", "_pyrepl.__main__")


def modules() -> set[str]:
    """Every module of the standard library that the interpreter or the image knows."""
    names = set(sys.builtin_module_names) | set(sys.stdlib_module_names)
    library = sysconfig.get_path("stdlib")
    for directory in (library, f"{library}/lib-dynload"):
        for module in pkgutil.walk_packages([directory], onerror=lambda _: None):
            names.add(module.name)
    return {n for n in names if n not in PROGRAMS and not n.endswith(".__main__")}


for name in sorted(modules()):
    try:
        importlib.import_module(name)
    except BaseException as error:  # some raise SystemExit
        print(name, type(error).__name__, str(error).splitlines()[:1], sep="\t")
