"""What update-gsfontmap(8) makes: which fonts Ghostscript takes for the names in documents."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tools.configure.image import Image

_PROGRAM, _PARTS = "usr/sbin/update-gsfontmap", "etc/ghostscript"
_MAPS = (("cidfmap.d", "cidfmap"), ("fontmap.d", "Fontmap"))


def write(image: Image) -> None:
    """Put the parts of each map one after the other."""
    root = image.root
    if not root.exists(_PROGRAM):
        return  # fonts are there without Ghostscript
    for directory, name in _MAPS:
        names = root.names(f"{_PARTS}/{directory}")
        parts = [f"{_PARTS}/{directory}/{item}" for item in names if item.endswith(".conf")]
        root.fetch(parts)
        text = b"".join(root.read(path) for path in sorted(parts))
        root.write(f"var/lib/ghostscript/fonts/{name}", text)
