"""Checks for shared libraries that Python packages open by name, with ctypes or cffi.

Notes, not failures: often the library is optional, or of another system.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.inspect.closure_packages import packages_of_library
from tools.inspect.problem import Problem, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.inspect.image_facts import ImageFacts

_MOST = 6
"""How many libraries a note names."""


def check_opened(image: ImageFacts) -> Iterator[Problem]:
    """Return one note for each package that opens a library that the image lacks."""
    present = {path.rpartition("/")[2] for path in image.entries}
    # find_library("magic") finds any version, and names none.
    present |= {name.partition(".so.")[0] + ".so" for name in present if ".so." in name}
    lacking: dict[str, dict[str, str]] = {}
    for path, entry in image.entries.items():
        for names in entry.get("opens", ()):
            if present.isdisjoint(names) and not any(_matches(present, name) for name in names):
                lacking.setdefault(entry["origin"], {}).setdefault(names[0], path)
    for origin, libraries in sorted(lacking.items()):
        names = sorted(libraries)
        packages = {
            package: None
            for name in names
            if ".so." in name  # any version would do, and the rule needs one
            for package in packages_of_library(name, image.packages.values())
        }
        added = f"add {', '.join(packages)}, as Debian's rule for names has it"
        if not packages:
            known, _, _ = names[0].partition("*")
            added = f"add the package that has it, which `apt-file search {known}` names"
        yield Problem(
            "missing-by-name",
            libraries[names[0]],
            origin,
            f"opens {', '.join(map(shown, names[:_MOST]))} by name, and the image lacks "
            + ("it" if len(names) == 1 else "them"),
            (),
            f"if the program comes to that part, {added}",
            "note",
        )


def _matches(present: set[str], name: str) -> bool:
    """Return whether the image has a library that begins so: ``libMagickWand*.so``."""
    from fnmatch import filter as matching  # noqa: PLC0415 - few packages put names together

    return "*" in name and bool(matching(present, name))
