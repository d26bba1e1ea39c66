"""Reads a jar: its classes, and the entries of its manifest that start it.

"JAR File Specification" of Java SE 21.
"""

from __future__ import annotations

import mmap
import re

from tools.layer.zip_reader import ZipError, read_zip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tools.layer.facts import Entry

_MANIFEST = "META-INF/MANIFEST.MF"
_LARGEST_MANIFEST = 1 << 20
_CONTINUED = re.compile(r"\r?\n ")  # a line continues in the next one, after a space


def describe_jar(descriptor: int, size: int) -> Entry:
    """Return the facts of a jar; none for other files and damaged ones.

    Returns:
        {"jar": {"classes": {package: names, with spaces between them}, "main_class"?: …,
        "class_path"?: [relative URLs]}}. Classes in others (``Outer$Inner``) are left out.
    """
    if not size:
        return {}
    with mmap.mmap(descriptor, 0, prot=mmap.PROT_READ) as data, memoryview(data) as archive:
        try:
            return {"jar": _read(archive)}
        except ZipError:
            return {}


def _read(archive: memoryview) -> dict[str, Any]:
    packages: dict[str, list[str]] = {}
    found: dict[str, Any] = {}
    for entry in read_zip(archive):
        if entry.name.endswith(".class") and "$" not in entry.name:
            package, _, name = entry.name.removesuffix(".class").rpartition("/")
            if not package.startswith(("META-INF/", "BOOT-INF/", "WEB-INF/")):
                packages.setdefault(package.replace("/", "."), []).append(name)
        elif entry.name == _MANIFEST and entry.size <= _LARGEST_MANIFEST:
            found |= _manifest(entry.read(_LARGEST_MANIFEST).decode("utf-8", "replace"))
    return {"classes": {key: " ".join(sorted(packages[key])) for key in sorted(packages)}, **found}


def _manifest(text: str) -> dict[str, Any]:
    """Return the main section: up to the first empty line."""
    fields = {}
    for line in _CONTINUED.sub("", text).splitlines():
        if not line:
            break
        name, _, value = line.partition(":")
        fields[name.lower()] = value.strip()
    found: dict[str, Any] = {}
    if fields.get("main-class"):
        found["main_class"] = fields["main-class"]
    if fields.get("class-path"):
        found["class_path"] = fields["class-path"].split()
    return found
