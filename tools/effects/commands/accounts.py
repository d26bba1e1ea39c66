"""Users and groups: adduser(8), useradd(8) and similar commands, getent(1), id(1)."""

from __future__ import annotations

from collections.abc import Mapping

from tools.effects.commands.options import chosen, command
from tools.effects.effect import Group, Member, User, UserChange
from tools.effects.evaluation.context import Call, Context, Result
from tools.effects.evaluation.interpreter import Handler
from tools.effects.evaluation.system import STATIC_GROUPS, STATIC_USERS
from tools.effects.evaluation.values import TRUE, Unknown, Value

_ADDUSER = (
    "system", "home=", "no-create-home", "group", "ingroup=", "uid=", "gid=", "gecos=", "comment=",
    "shell=", "disabled-password", "disabled-login", "quiet", "force-badname", "allow-badname",
    "allow-bad-names", "allow-all-names", "firstuid=", "lastuid=", "firstgid=", "lastgid=", "debug",
    "verbose", "conf=", "add_extra_groups", "add-extra-groups", "encrypt-home", "stdoutmsglevel=",
    "stderrmsglevel=", "logmsglevel=",
)  # fmt: skip


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None


@command("qvdh", *_ADDUSER)
def _adduser(context: Context, call: Call, options: dict[str, str], names: list[str]) -> Result:
    if len(names) == 2:
        context.emit(call, Member, names[0], names[1])
        return Result()
    if len(names) != 1:
        context.fail(call, "it has no name")
        return Result()
    name, system = names[0], "system" in options
    if call.name == "addgroup" or ("group" in options and not system):
        context.emit(call, Group, name, gid=_number(options.get("gid")), system=system)
        context.add_group(name)
        return Result()
    own_group = "group" in options or not system
    group = options.get("ingroup") or options.get("gid")
    if own_group and not group:
        # adduser(8): the group of a system user has the user's number.
        context.emit(call, Group, name, gid=_number(options.get("uid")), system=system)
        context.add_group(name)
        group = name
    default_home = "/nonexistent" if system else f"/home/{name}"
    home = options.get("home", default_home)
    context.emit(
        call,
        User,
        name,
        uid=_number(options.get("uid")),
        group=group or "nogroup",
        home=home,
        shell=options.get("shell") or ("/usr/sbin/nologin" if system else "/bin/bash"),
        comment=chosen(options, "gecos", "comment") or "",
        create_home="no-create-home" not in options and home != "/nonexistent",
        system=system,
    )
    context.add_user(name)
    return Result()


_USERADD = (
    "base-dir=", "comment=", "home-dir=", "home=", "expiredate=", "inactive=", "gid=", "groups=",
    "skel=", "key=", "no-log-init", "create-home", "no-create-home", "no-user-group", "non-unique",
    "password=", "system", "root=", "shell=", "uid=", "user-group", "badname",
)  # fmt: skip


@command("b:c:d:e:f:g:G:k:K:lmMNop:rR:s:u:U", *_USERADD)
def _useradd(context: Context, call: Call, options: dict[str, str], names: list[str]) -> Result:
    if len(names) != 1:
        context.fail(call, "it has no name")
        return Result()
    name = names[0]
    system = "r" in options or "system" in options
    group = chosen(options, "g", "gid")
    if group is None and "N" not in options and "no-user-group" not in options:
        uid = _number(chosen(options, "u", "uid"))
        context.emit(call, Group, name, gid=uid, made_by="useradd", system=system)
        context.add_group(name)
        group = name
    context.emit(
        call,
        User,
        name,
        uid=_number(chosen(options, "u", "uid")),
        group=group or "users",
        home=chosen(options, "d", "home-dir", "home") or f"/home/{name}",
        shell=chosen(options, "s", "shell") or "/bin/sh",
        comment=chosen(options, "c", "comment") or "",
        create_home="m" in options or "create-home" in options,
        made_by="useradd",
        system=system,
    )
    context.add_user(name)
    for other in (chosen(options, "G", "groups") or "").split(","):
        if other:
            context.emit(call, Member, name, other)
    return Result()


@command("fg:K:op:rR:U:", "force", "gid=", "key=", "non-unique", "password=", "system", "users=")
def _groupadd(context: Context, call: Call, options: dict[str, str], names: list[str]) -> Result:
    if len(names) != 1:
        context.fail(call, "it has no name")
        return Result()
    system = "r" in options or "system" in options
    gid = _number(chosen(options, "g", "gid"))
    context.emit(call, Group, names[0], gid=gid, made_by="useradd", system=system)
    context.add_group(names[0])
    return Result()


@command(
    "ac:d:e:f:g:G:l:Lmop:Rs:u:U", "append", "comment=", "home=", "expiredate=", "inactive=",
    "gid=", "groups=", "login=", "lock", "move-home", "password=", "shell=", "uid=", "unlock",
)  # fmt: skip
def _usermod(context: Context, call: Call, options: dict[str, str], names: list[str]) -> Result:
    if len(names) != 1:
        context.fail(call, "it has no name")
        return Result()
    name = names[0]
    # A new user is as its command made it; numbers change only on a running system.
    if any(key in options for key in ("u", "uid", "l", "login", "p", "password")):
        context.fail(call, "it changes the number, name or password of a user")
        return Result()
    groups = chosen(options, "G", "groups")
    if groups and not ("a" in options or "append" in options):
        context.fail(call, "it takes a user out of groups")
        return Result()
    for other in (groups or "").split(","):
        if other:
            context.emit(call, Member, name, other)
    home, shell = chosen(options, "d", "home"), chosen(options, "s", "shell")
    comment, group = chosen(options, "c", "comment"), chosen(options, "g", "gid")
    if {home, shell, comment, group} != {None}:
        context.emit(call, UserChange, name, home=home, shell=shell, comment=comment, group=group)
    elif not groups:
        return context.needless(call, "an account of the system has no password to lock")
    return Result()


@command("a:d:M:A:rRQ:", "add=", "delete=", "members=", "administrators=")
def _gpasswd(context: Context, call: Call, options: dict[str, str], names: list[str]) -> Result:
    user = chosen(options, "a", "add")
    if user and len(names) == 1:
        context.emit(call, Member, user, names[0])
    else:
        context.fail(call, "only members that are added are understood")
    return Result()


@command("s:", "shell=")
def _chsh(context: Context, call: Call, options: dict[str, str], names: list[str]) -> Result:
    context.emit(
        call, UserChange, names[0] if names else "root", shell=chosen(options, "s", "shell")
    )
    return Result()


@command("f:o:r:w:h:", "full-name=")
def _chfn(context: Context, call: Call, options: dict[str, str], names: list[str]) -> Result:
    name = chosen(options, "f", "full-name")
    context.emit(call, UserChange, names[0] if names else "root", comment=name)
    return Result()


def _removal(context: Context, call: Call) -> Result:
    """Return nothing: an earlier version made what is removed, unless this script did."""
    names = [name for name in call.arguments if not name.startswith("-")]
    if len(names) == 2:
        made = any(
            isinstance(effect, Member) and [effect.user, effect.group] == names
            for effect in context.effects
        )
    else:
        made = bool((context.users | context.groups) & set(names))
    if made or len(call.arguments) < len(call.values):
        context.fail(call, "it removes an account")
        return Result()
    return context.needless(call, "no earlier version left the account")


def _getent(context: Context, call: Call) -> Result:
    words = [word for word in call.values if not str(word).startswith("-")]
    if call.values in {("passwd",), ("group",)} and context.makes_accounts:
        return Result(output=_list(context, call.arguments[0]))
    if len(words) < 2 or isinstance(words[0], Unknown) or isinstance(words[1], Unknown):
        return Result(Unknown("what getent says"), Unknown("the output of getent"))
    table, name = words[0], words[1]
    if table in {"passwd", "shadow"}:
        known = STATIC_USERS.get(name) if table == "passwd" else None
        return Result(context.user_exists(name), _entry(context, name, known, context.users))
    if table in {"group", "gshadow"}:
        known = STATIC_GROUPS.get(name) if table == "group" else None
        return Result(context.group_exists(name), _entry(context, name, known, context.groups))
    unknown = Unknown(f"whether {table} has {name}")
    return Result(unknown, unknown)


def _list(context: Context, table: str) -> str:
    """Return all accounts, except those of other packages, which this script does not look for."""
    entries, made = STATIC_GROUPS, context.groups
    if table == "passwd":
        entries, made = STATIC_USERS, context.users
    return "".join(f"{entries.get(name, f'{name}:x:')}\n" for name in sorted(made))


def _entry(context: Context, name: str, known: str | None, made: set[str]) -> Value:
    """Return the printed line of an account."""
    if known is not None:
        return f"{known}\n"
    if name not in made and context.makes_accounts:
        return ""  # this script makes it, so it is not there before
    return Unknown(f"the numbers and groups of {name}")


def _id(context: Context, call: Call) -> Result:
    names = [word for word in call.values if isinstance(word, Unknown) or word[:1] != "-"]
    letters = "".join(word for word in call.arguments if word.startswith("-"))
    if not names:
        return Result(output="root\n" if "n" in letters else "0\n")
    if isinstance(names[0], Unknown):
        return Result(names[0], names[0])
    name = names[0]
    exists = context.user_exists(name)
    known = STATIC_USERS[name].split(":") if name in STATIC_USERS else None
    number = known and {"-u": known[2], "-g": known[3]}.get(letters)
    output = _entry(context, name, number or None, context.users)
    if "n" in letters and "G" in letters and output != "":
        groups = _groups_of(context, name)
        output = f"{groups}\n" if groups else output
    if "n" in letters and "u" in letters and output != "":
        output = f"{name}\n"
    return Result(exists, output)


def _groups_of(context: Context, name: str) -> str:
    """Return the groups of a user that this package has made; empty for another one."""
    found: list[str] = []
    for effect in context.effects:
        if isinstance(effect, User) and effect.name == name:
            found.append(effect.group or name)
        elif isinstance(effect, Member) and effect.user == name and found:
            found.append(effect.group)
    return " ".join(found)


def _update_passwd(context: Context, call: Call) -> Result:
    return context.needless(call, "the accounts that every system has are there already")


def _whoami(_: Context, __: Call) -> Result:
    return Result(TRUE, "root\n")


def _groups(context: Context, call: Call) -> Result:
    names = call.arguments
    found = _groups_of(context, names[0]) if len(names) == len(call.values) == 1 else ""
    return Result(TRUE, f"{names[0]} : {found}\n" if found else Unknown("the groups of a user"))


ACCOUNTS: Mapping[str, Handler] = {
    "adduser": _adduser, "addgroup": _adduser, "useradd": _useradd, "groupadd": _groupadd,
    "usermod": _usermod, "gpasswd": _gpasswd, "chsh": _chsh, "chfn": _chfn,
    "deluser": _removal, "delgroup": _removal, "userdel": _removal, "groupdel": _removal,
    "getent": _getent, "id": _id, "update-passwd": _update_passwd, "whoami": _whoami,
    "groups": _groups,
}  # fmt: skip
"""The commands of this topic."""
