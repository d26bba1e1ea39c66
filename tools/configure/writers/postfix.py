"""What ``addmap`` of Postfix's packages makes: /etc/postfix/dynamicmaps.cf, the tables it can read.

dynamicmaps.cf(5): the name of a type, its library, and what to call in that. The package of Postfix
has the lines of all types; the file has those of the packages that are there.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tools.configure.image import Image

_PATH, _KNOWN = "etc/postfix/dynamicmaps.cf", "usr/share/postfix/dynamicmaps.cf"


def write(image: Image) -> None:
    """Add the lines of the types that packages bring."""
    root = image.root
    if not root.exists(_KNOWN):
        for call in image.commands["addmap"]:
            image.skipped(call["package"], call, "postfix is not in the image")
        return
    lines = {_type(line): line for line in _lines(root.read(_KNOWN))}
    found = _lines(root.read(_PATH)) if root.exists(_PATH) else [lines[""]]
    for call in image.commands["addmap"]:
        name = " ".join(call["arguments"])
        if name not in lines:
            image.skipped(call["package"], call, f"Postfix does not know the type {name}")
        elif name not in map(_type, found):
            found.append(lines[name])
    root.write(_PATH, "".join(f"{line}\n" for line in found).encode())


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "replace").splitlines()


def _type(line: str) -> str:
    """Return the type that a line is about; empty for comments."""
    return "" if line.startswith("#") else line.partition("\t")[0].strip()
