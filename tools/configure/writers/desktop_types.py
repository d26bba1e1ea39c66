"""What update-desktop-database(1) makes: which programs open files of a type."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.configure.image import Image

_PROGRAM, _ENTRIES = "usr/bin/update-desktop-database", "usr/share/applications"


def write(image: Image) -> None:
    """List the desktop entries by the types that they name."""
    root = image.root
    if not root.exists(_PROGRAM):
        return
    paths = [path for path in root.below(_ENTRIES) if path.endswith(".desktop")]
    root.fetch(path for path in paths if root.entry(path) is not None)
    programs: dict[str, list[str]] = {}
    for path in paths:
        if root.entry(path) is None:
            continue
        name = path[len(_ENTRIES) + 1 :].replace("/", "-")
        for kind in _types(root.read(path).decode("utf-8", "replace")):
            programs.setdefault(kind, []).append(name)
    lines = (f"{kind}={';'.join(sorted(names))};\n" for kind, names in sorted(programs.items()))
    root.write(f"{_ENTRIES}/mimeinfo.cache", ("[MIME Cache]\n" + "".join(lines)).encode())


def _types(text: str) -> Iterator[str]:
    """Yield the types that a desktop entry names, each once."""
    group = ""
    for line in text.splitlines():
        if line.startswith("["):
            group = line.strip()
        key, _, value = line.partition("=")
        if group == "[Desktop Entry]" and key.strip() == "MimeType":
            yield from dict.fromkeys(filter(None, map(str.strip, value.split(";"))))
