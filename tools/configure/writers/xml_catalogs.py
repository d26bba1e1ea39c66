"""What update-xmlcatalog(8) makes: the catalogs of XML, so that parsers need no network.

The root catalog delegates to one of each package, and that to the package's own. Both are made from
a list in /var/lib/xml-core. It is written, too, so that the program can continue from it.
"""

from __future__ import annotations

import itertools

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from tools.configure.image import Image
    from tools.configure.root import Root

_DATA, _CATALOGS = "var/lib/xml-core", "etc/xml"
_HEADER, _FOOTER = "usr/share/xml-core/catalog.header", "usr/share/xml-core/catalog.footer"
_OPTIONS = ("--id", "--local", "--package", "--type", "--file")


def write(image: Image) -> None:
    """Add what the packages ask for to the catalogs that are there."""
    root = image.root
    if not (root.exists(_HEADER) and root.exists(_FOOTER)):
        return
    catalogs: dict[str, dict[str, str]] = {}
    for effect in image.commands.get("update-xmlcatalog", ()):
        entry = _entry(effect.get("arguments", ()))
        if entry is None:
            image.skipped(effect["package"], effect, "its arguments are not understood")
            continue
        name, key, value = entry
        if name not in catalogs:
            catalogs[name] = _known(root, name)
        catalogs[name].setdefault(key, value)
    for name, entries in catalogs.items():
        rows = sorted(entries.items())
        lines = "".join(f"<{key} {value}/>\n" for key, value in rows)
        text = root.read(_HEADER) + lines.encode() + root.read(_FOOTER)
        root.write(f"{_CATALOGS}/{name}" if name == "catalog" else f"{_CATALOGS}/{name}.xml", text)
        data = "".join(f"<{key}><{value}>\n" for key, value in rows)
        root.write(f"{_DATA}/{name}", data.encode())


def _entry(arguments: Sequence[str]) -> tuple[str, str, str] | None:
    """Return catalog, name and value of an entry; None if it does not belong to /etc/xml."""
    given = dict(itertools.pairwise(arguments))
    values = {name: given[name] for name in _OPTIONS if name in given}
    kind, package = values.get("--type", ""), values.get("--package", "")
    if "--add" not in arguments or kind not in {"public", "system", "uri"} or not package:
        return None
    start = f"{kind}StartString" if kind == "uri" else f"{kind}IdStartString"
    delegate = "delegateURI" if kind == "uri" else f"delegate{kind.capitalize()}"
    key = f'{delegate} {start}="{values.get("--id", "")}"'
    if "--root" in arguments:
        return "catalog", key, f'catalog="file:///{_CATALOGS}/{package}.xml"'
    return package, key, f'catalog="file://{values.get("--local", "")}"'


def _known(root: Root, name: str) -> dict[str, str]:
    """Return the entries that a catalog has already."""
    path = f"{_DATA}/{name}"
    text = root.read(path).decode("utf-8", "replace") if root.exists(path) else ""
    rows = (line.removeprefix("<").removesuffix(">").split("><") for line in text.splitlines())
    return {row[0]: row[1] for row in rows if len(row) == 2}
