"""What update-shells(8) makes: /etc/shells, and its own record of it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tools.configure.image import Image
    from tools.configure.root import Root

_PATH, _START = "etc/shells", "usr/share/debianutils/shells"
_DECLARED = "usr/share/debianutils/shells.d"
_STATE = "var/lib/shells.state"
_HEADER = "# /etc/shells: valid login shells\n"


def write(image: Image) -> None:
    """Add the declared shells to those that are there."""
    root = image.root
    known: dict[str, None] = {}
    for path in (_PATH if root.exists(_PATH) else _START, *_declarations(root)):
        text = root.read(path).decode("utf-8", "replace") if root.exists(path) else _HEADER
        for line in filter(str.strip, text.splitlines()):
            known[line] = None
            if line.startswith("/bin/"):
                known["/usr" + line] = None  # the same file, since /bin is a link
    root.write(_PATH, "".join(f"{line}\n" for line in known).encode())
    declared = "".join(f"{line}\n" for line in known if not line.startswith("#"))
    root.write(_STATE, declared.encode())


def _declarations(root: Root) -> list[str]:
    return [f"{_DECLARED}/{name}" for name in root.names(_DECLARED)]
