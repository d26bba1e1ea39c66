"""Makes the results of update-catalog(8): the catalogs of SGML, and one of all of them."""

from __future__ import annotations

import posixpath
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.configure.image import Image
    from tools.configure.root import Root

_DIRECTORY, _TEMPLATE = "etc/sgml", "usr/share/sgml-base/catalog.centralized"
_ALL = "var/lib/sgml-base/supercatalog"
_HEADER = """\
--
## This file is created by update-catalog with update-super.
## Please see update-catalog(8) for how to modify this file.
--
"""
_TOKENS = re.compile(r"--.*?--|'([^']*)'|\"([^\"]*)\"|(\S+)", re.DOTALL)


def write(image: Image) -> None:
    """Add the entries of packages to their catalogs, and list the catalogs."""
    root = image.root
    for effect in image.commands.get("update-catalog", ()):
        words = [word for word in effect.get("arguments", ()) if word[:2] != "--"]
        if "--add" in effect.get("arguments", ()) and len(words) == 2:
            _add(root, *words)
    if not image.has_package("sgml-base"):
        return
    names = sorted(name for name in root.names(_DIRECTORY) if re.fullmatch(r"[^.].*\.cat", name))
    catalogs = [f"/{_DIRECTORY}/{name}" for name in names]
    kept = [path for path in catalogs if root.exists(path) and _is_whole(root, path)]
    root.write(_ALL, (_HEADER + "".join(f"CATALOG {path}\n" for path in kept)).encode())


def _add(root: Root, catalog: str, entry: str) -> None:
    source = catalog if root.exists(catalog) else _TEMPLATE
    text = root.read(source).decode("utf-8", "replace") if root.exists(source) else ""
    lines = [line for line in text.splitlines() if entry not in line]
    root.write(catalog, "".join(f"{line}\n" for line in [*lines, f"CATALOG {entry}"]).encode())


def _is_whole(root: Root, path: str) -> bool:
    """Return whether all catalogs that a catalog names are there; others of them are left out."""
    base, name = path.rpartition("/")[0], ""
    for token in _tokens(root.read(path).decode("utf-8", "replace")):
        if name == "base":
            base = token
        elif name == "catalog" and not root.exists(posixpath.join(base, token)):
            return False
        name = token.lower() if not name and token.lower() in {"base", "catalog"} else ""
    return True


def _tokens(text: str) -> Iterator[str]:
    for match in _TOKENS.finditer(text):
        if not match[0].startswith("--"):
            yield match[1] or match[2] or match[3] or ""
