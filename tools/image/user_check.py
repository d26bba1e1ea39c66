"""Whether the user of an image is one that its accounts have.

Runtimes look a name up in passwd(5) and group(5) of the image, and refuse to start a container
if it is not there. Numbers need no account.
"""

from __future__ import annotations

from tools.errors import PlinthError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from tools.layer.facts import Entry, Facts


class UnknownUserError(PlinthError):
    """The image has no account of the name that containers are started as.

    Attributes:
        name: of the user or the group.
    """

    def __init__(self, name: str, what: str, file: str, known: Sequence[str]) -> None:
        self.name = name
        there = f"It has {', '.join(known)}. Write one of them" if known else "It has none. Write"
        super().__init__(
            f"image: user: {name!r} is no {what} of /{file} in the image\n"
            f"  {there}{' or' if known else ''} a number, or add a layer of `accounts`."
        )


def check_user(user: str, layers: Sequence[Facts]) -> None:
    """Check the user of a configuration: ``name``, ``name:group``, or numbers.

    Args:
        user: as the configuration has it; may be empty.
        layers: layer.json of all layers, lowest first.

    Raises:
        UnknownUserError: a name that the image does not have.
    """
    name, _, group = user.partition(":")
    for each, what, file in ((name, "user", "etc/passwd"), (group, "group", "etc/group")):
        if not each or each.isdigit():
            continue
        entry = _topmost(file, layers)
        if entry and "text" not in entry:
            continue  # a link, or too large to be known
        lines = entry.get("text", "").splitlines() if entry else []
        known = [line.partition(":")[0] for line in lines if line]
        if each not in known:
            raise UnknownUserError(each, what, file, known)


def _topmost(path: str, layers: Sequence[Facts]) -> Entry | None:
    found: Entry | None = None
    for facts in layers:
        found = next((each for each in facts["entries"] if each["path"] == path), found)
    return found
