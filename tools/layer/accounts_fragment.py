"""The verb ``accounts-fragment``: passwd, group and home directories.

On layers that have accounts, it adds to them: their lines stay, in their order.

Its keys:
    user*?              {"name", "uid", "gid", "home"?, "shell"?, "gecos"?, "create_home"?,
                        "home_mode"?}
    group*?             {"name", "gid", "members"?: [names]}
    below*?             layer.json of layers, or facts of foreign images, whose accounts stay; these
                        are added to them
    Lines are written in the given order. A home is made (mode 0700, owned by the user) when
    create_home is true, which is the default for every home but /nonexistent and /.
"""

from __future__ import annotations

from tools.action.params import parse_mode
from tools.errors import PlinthError
from tools.layer.below import read_below
from tools.layer.fragment import FRAGMENT_KEYS, FragmentWriter
from tools.layer.writers.accounts import NO_HOME, format_group, format_passwd

_HOME_MODE = "0700"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tools.action.params import Params
    from tools.layer.facts import Facts


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        PlinthError: an account cannot be written, or contradicts one of a layer below.
    """
    params.only((*FRAGMENT_KEYS, "user", "group", "below"))
    users, groups = params.many("user"), params.many("group")
    below = read_below(params.many("below"))
    writer = FragmentWriter(params, "accounts")
    for path, text in (("etc/passwd", format_passwd(users)), ("etc/group", format_group(groups))):
        writer.content(path, extend(_text(below, path), text, path).encode())
    for user in users:
        home = user.get("home") or NO_HOME
        if user.get("create_home", home not in {NO_HOME, "/"}):
            mode = parse_mode(user.get("home_mode") or _HOME_MODE, f"home of {user['name']}")
            writer.directory(home.strip("/"), mode=mode, uid=user["uid"], gid=user["gid"])
    writer.finish(made_over=[facts["digest"] for facts in below] if below else None)


def extend(lower: str, own: str, path: str) -> str:
    """Return the accounts of layers below, followed by the added ones.

    Args:
        lower: passwd or group of the layers below.
        own: the lines to add.
        path: of the file, for messages.

    Raises:
        PlinthError: a name is there with another meaning.
    """
    known = {line.partition(":")[0]: line for line in lower.splitlines()}
    added = []
    for line in own.splitlines():
        name = line.partition(":")[0]
        if name not in known:
            added.append(line)
        elif known[name] != line:
            raise PlinthError(
                f"accounts: {path} of a layer below has {known[name]!r}, not {line!r}\n"
                "  leave the account out, choose another name, or leave that layer out of `base`"
            )
    if lower and not lower.endswith("\n"):
        lower += "\n"
    return lower + "".join(f"{line}\n" for line in added)


def _text(below: list[Facts], path: str) -> str:
    """Return the content of a small file, as the highest layer has it."""
    found = ""
    for facts in below:
        for entry in facts["entries"]:
            if entry["path"] == path:
                found = entry.get("text", "")
    return found
