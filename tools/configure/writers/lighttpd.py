"""What lighty-enable-mod(1) makes: links to the settings that are enabled."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tools.configure.image import Image
    from tools.configure.root import Root

_AVAILABLE, _ENABLED = "etc/lighttpd/conf-available", "etc/lighttpd/conf-enabled"
_DEPENDS = re.compile(r"^#\s+-\*-\s+depends:\s*(.*?)\s*-\*-", re.MULTILINE | re.IGNORECASE)


def write(image: Image) -> None:
    """Enable what the packages enable."""
    for effect in image.commands.get("lighty-enable-mod", ()):
        for name in effect.get("arguments", ()):
            _enable(image.root, name)


def _enable(root: Root, name: str) -> None:
    for file in root.names(_AVAILABLE):
        link = f"{_ENABLED}/{file}"
        if not re.fullmatch(rf"\d+-{re.escape(name)}\.conf", file) or root.exists(link):
            continue
        root.symlink(link, f"../conf-available/{file}")
        text = root.read(f"{_AVAILABLE}/{file}").decode("utf-8", "replace")
        for needed in _DEPENDS.findall(text):
            for each in needed.replace(",", " ").split():
                _enable(root, each)
