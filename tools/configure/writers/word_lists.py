"""What update-default-wordlist(8) makes: /usr/share/dict/words, a link to one of the word lists.

Debian asks which one, and the default is the first by name. Without dictionaries-common, a list has
the link itself.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tools.configure.image import Image

_DECLARED, _LISTS = "var/lib/dictionaries-common/wordlist", "usr/share/dict"
_CHOICE = "etc/dictionaries-common/words"


def write(image: Image) -> None:
    """Choose a word list, unless a layer below has chosen."""
    root = image.root
    if not image.has_package("dictionaries-common"):
        return
    names: dict[str, str] = {}
    for package in root.names(_DECLARED):
        for stanza in root.read(f"{_DECLARED}/{package}").decode("utf-8", "replace").split("\n\n"):
            fields = dict(line.split(": ", 1) for line in stanza.splitlines() if ": " in line)
            if {"Language", "Hash-Name"} <= fields.keys():
                names[fields["Language"].lower()] = fields["Hash-Name"]
    if not names or root.entry(_CHOICE, follow=False) is not None:
        return
    root.symlink(_CHOICE, f"/{_LISTS}/{names[min(names)]}")
    root.symlink(f"{_LISTS}/words", f"/{_CHOICE}")
