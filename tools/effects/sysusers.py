"""Accounts that are declared, sysusers.d(5)."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from tools.effects.effect import Effect, Group, Member, Needless, NotReproduced, User

_SPECIFIERS = {"%%": "%", "%T": "/tmp", "%V": "/var/tmp"}  # noqa: S108 - as in systemd
_NOLOGIN = "/usr/sbin/nologin"


_MOST_DIGITS = 10  # of the largest number that an account can have


def sysusers_effects(text: str, place: str) -> Iterator[Effect]:
    """Yield the accounts of a file.

    Args:
        text: its content.
        place: its name in effects: ``sysusers.d/x.conf``.
    """
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            yield from _line(stripped, place, number)


def _line(line: str, place: str, number: int) -> Iterator[Effect]:
    try:
        fields = [_specified(field) for field in shlex.split(line)]
    except ValueError as error:
        yield NotReproduced(line, str(error), script=place, line=number)
        return
    kind, name, identity, comment, home, shell = (fields + [""] * 6)[:6]
    identity, comment, home, shell = (
        "" if field == "-" else field for field in (identity, comment, home, shell)
    )
    numbers = [part for part in identity.split(":") if part.isdigit()]
    if (
        len(fields) < 2
        or any("%" in field for field in (name, identity, home, shell))
        or any(not part.isascii() or len(part) > _MOST_DIGITS for part in numbers)
    ):
        yield NotReproduced(line, "it is not of sysusers.d(5)", script=place, line=number)
    elif kind == "g":
        gid = int(identity) if identity.isdigit() else None
        yield Group(name, gid, made_by="sysusers", script=place, line=number)
    elif kind in {"u", "u!"}:
        yield from _user(name, identity, comment, home, shell, place, number)
    elif kind == "m":
        # sysusers.d(5): both are made if they are missing.
        yield Member(name, identity, script=place, line=number)
    elif kind == "r":
        reason = "a range of numbers, which no account of a package needs"
        yield Needless("sysusers.d", reason, script=place, line=number)
    else:
        yield NotReproduced(line, f"unknown type {kind}", script=place, line=number)


def _user(  # noqa: PLR0913, PLR0917 - the columns of the format
    name: str, identity: str, comment: str, home: str, shell: str, place: str, number: int
) -> Iterator[Effect]:
    uid_text, colon, group = identity.partition(":")
    uid = int(uid_text) if uid_text.isdigit() else None
    if not colon:
        gid = uid if not identity.startswith("/") else None
        yield Group(name, gid, made_by="sysusers", script=place, line=number)
        group = name
    yield User(
        name,
        uid,
        group,
        # sysusers.d(5): the root directory, and no login shell, unless the lines say otherwise.
        home or ("/root" if name == "root" else "/"),
        shell or ("/bin/sh" if name == "root" else _NOLOGIN),
        comment,
        made_by="sysusers",
        script=place,
        line=number,
    )


def _specified(field: str) -> str:
    for specifier, value in _SPECIFIERS.items():
        field = field.replace(specifier, value)
    return field
