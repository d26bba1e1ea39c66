"""What update-perl-sax-parsers(8) makes: the list of SAX parsers that Perl has."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tools.configure.image import Image

_PARTS = "var/lib/libxml-sax-perl/ParserDetails.d"
_LIST = "etc/perl/XML/SAX/ParserDetails.ini"
_PART = "[{}]\nhttp://xml.org/sax/features/namespaces = 1\n\n\n"


def write(image: Image) -> None:
    """Add the parsers of the packages to those that are there."""
    root = image.root
    for effect in image.commands.get("update-perl-sax-parsers", ()):
        arguments = list(effect.get("arguments", ()))
        if "--add" not in arguments[:-1]:
            continue
        name = arguments[arguments.index("--add") + 1]
        priority = "50"
        if "--priority" in arguments[:-1]:
            priority = arguments[arguments.index("--priority") + 1]
        root.write(f"{_PARTS}/{priority}-{name}", _PART.format(name).encode())
    parts = [root.read(f"{_PARTS}/{name}") for name in root.names(_PARTS)]
    root.write(_LIST, b"".join(parts))
