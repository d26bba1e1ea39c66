"""Writes etc/passwd and etc/group: passwd(5), group(5)."""

from __future__ import annotations

from tools.errors import PlinthError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    Account = Mapping[str, Any]

NO_LOGIN = "/sbin/nologin"
"""The shell of an account without login; it need not exist."""

NO_HOME = "/nonexistent"
"""The home of an account without one, Debian Policy 9.2.3."""

_LARGEST_ID = 0xFFFFFFFE  # 4294967295 means "no such id" to chown(2)


class AccountError(PlinthError):
    """An account that passwd(5) or group(5) cannot hold."""


def format_passwd(users: Iterable[Account]) -> str:
    """Write passwd, one line per user in the given order.

    Raises:
        AccountError: a name is repeated, or a field has a colon or a line break, or a bad id.
    """
    return _format(
        "user",
        users,
        lambda user: (
            user["name"],
            "x",
            str(_checked_id(user, "uid")),
            str(_checked_id(user, "gid")),
            user.get("gecos") or user["name"],
            user.get("home") or NO_HOME,
            user.get("shell") or NO_LOGIN,
        ),
    )


def format_group(groups: Iterable[Account]) -> str:
    """Write group, one line per group in the given order.

    Raises:
        AccountError: as for ``format_passwd``.
    """
    return _format(
        "group",
        groups,
        lambda group: (
            group["name"],
            "x",
            str(_checked_id(group, "gid")),
            ",".join(group.get("members") or ()),
        ),
    )


def _format(kind: str, accounts: Iterable[Account], fields: Any) -> str:
    names: set[str] = set()
    lines = []
    for account in accounts:
        name = account.get("name")
        if not name:
            raise AccountError(f"a {kind} without a name")
        if name in names:
            raise AccountError(f"{kind} {name!r} is there twice\n  remove one of the two")
        names.add(name)
        line = fields(account)
        if any(set(field) & set(":\n\r\0") for field in line):
            raise AccountError(f"{kind} {name!r}: a field has a colon or a line break")
        lines.append(":".join(line) + "\n")
    return "".join(lines)


def _checked_id(account: Account, key: str) -> int:
    number = account.get(key)
    if not isinstance(number, int) or not 0 <= number <= _LARGEST_ID:
        raise AccountError(f"{account['name']!r}: {key} {number!r} is not a number from 0 up")
    return number
