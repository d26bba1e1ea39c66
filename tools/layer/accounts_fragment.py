"""The verb ``accounts-fragment``: passwd, group and home directories."""

from __future__ import annotations

from tools.action.params import parse_mode
from tools.layer.fragment import FRAGMENT_KEYS, FragmentWriter
from tools.layer.writers.accounts import NO_HOME, format_group, format_passwd

_HOME_MODE = "0700"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tools.action.params import Params


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        PlinthError: an account cannot be written.
    """
    params.only((*FRAGMENT_KEYS, "user", "group"))
    users, groups = params.many("user"), params.many("group")
    writer = FragmentWriter(params, "accounts")
    writer.generated = "part"
    writer.content("etc/passwd", format_passwd(users).encode())
    writer.content("etc/group", format_group(groups).encode())
    for user in users:
        home = user.get("home") or NO_HOME
        if user.get("create_home", home not in {NO_HOME, "/"}):
            mode = parse_mode(user.get("home_mode") or _HOME_MODE, f"home of {user['name']}")
            writer.directory(home.strip("/"), mode=mode, uid=user["uid"], gid=user["gid"])
    writer.finish()
