"""The effects of installing a package, as data.

A maintainer script, a trigger, or a file of sysusers.d or tmpfiles.d has a list of effects on the
files of a system, in their order. They are those of a first installation into an empty system
(Debian Policy 6.5: ``preinst install``, ``postinst configure`` without a version) where no service
manager runs and debconf's questions have their default answers.

Paths are absolute, without a doubled or final slash, and are written as the package writes them:
merged-usr links are not followed. Targets of links are verbatim.

JSON: ``{"kind": "symlink", "path": "/etc/x", "target": "y", "script": "postinst", "line": 12}``.
A field that has its default is left out. ``kind`` is the class's name in lower case with hyphens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from tools.effects.condition import Condition
from tools.effects.editing import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """The common fields of all effects.

    Attributes:
        script: the file that declares it: ``postinst``, ``triggers``, ``sysusers.d/x.conf``.
        line: its line in that file, from 1.
        when: its conditions; all must be true.
    """

    script: str
    line: int
    when: tuple[Condition, ...] = ()

    @property
    def place(self) -> str:
        """Where it is declared, for messages: ``postinst:12``."""
        return f"{self.script}:{self.line}"

    def to_json(self) -> dict[str, Any]:
        """Return the effect as JSON values."""
        values: dict[str, Any] = {"kind": kind_of(type(self))}
        for name, default in DEFAULTS[type(self)]:
            value = getattr(self, name)
            if value != default:
                values[name] = _plain(value)
        return values


@dataclass(frozen=True, slots=True)
class Alternative(Effect):
    """``update-alternatives --install``.

    Attributes:
        link: the generic name, such as ``/usr/bin/awk``.
        name: of the link in /etc/alternatives.
        path: what it points to.
        priority: the highest wins.
        slaves: (link, name, path) of links that follow this one.
    """

    link: str
    name: str
    path: str
    priority: int
    slaves: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class AlternativeChoice(Effect):
    """``update-alternatives --set``: a choice that beats priorities."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Group(Effect):
    """A group, unless one of that name exists.

    Attributes:
        name: of the group.
        gid: its number; None for the next free one of a system group.
        made_by: the tool that chooses the number: ``adduser`` the first that is free from 100 on,
            ``useradd`` and ``sysusers`` the last up to 999.
        system: False for one that starts at 1000.
    """

    name: str
    gid: int | None = None
    made_by: str = "adduser"
    system: bool = True


@dataclass(frozen=True, slots=True)
class User(Effect):
    """A user, unless one of that name exists.

    Attributes:
        name: of the user.
        uid: its number; None for the next free one of a system user.
        group: name or number of its primary group, which exists; None for one of its own name,
            which has the same number if that is free.
        home: its home directory.
        shell: its login shell.
        comment: the GECOS field.
        create_home: whether the home directory is made, mode 0755 (adduser) or 0700, if missing.
        made_by: as in ``Group``.
        system: as in ``Group``.
        locked: no password can be entered (``!`` in shadow; ``*`` if made by adduser --disabled…).
    """

    name: str
    uid: int | None = None
    group: str | None = None
    home: str = "/nonexistent"
    shell: str = "/usr/sbin/nologin"
    comment: str = ""
    create_home: bool = False
    made_by: str = "adduser"
    system: bool = True
    locked: bool = True


@dataclass(frozen=True, slots=True)
class UserChange(Effect):
    """``usermod`` of a user that exists; None leaves a field as it is."""

    name: str
    home: str | None = None
    shell: str | None = None
    comment: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Member(Effect):
    """A user becomes a member of a further group."""

    user: str
    group: str


@dataclass(frozen=True, slots=True)
class Directory(Effect):
    """A directory, and its parents with mode 0755, unless it exists.

    Attributes:
        path: of the directory.
        mode: as chmod(1) takes it; None for 0755, and for that of an existing one.
        user: name or number of the owner; None for root, and for that of an existing one.
        group: likewise.
    """

    path: str
    mode: str | None = None
    user: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Symlink(Effect):
    """A symbolic link.

    Attributes:
        path: of the link.
        target: its text.
        replace: whether a file or link that exists is replaced; a directory never is.
    """

    path: str
    target: str
    replace: bool = False


@dataclass(frozen=True, slots=True)
class Hardlink(Effect):
    """A second name of a file; ``replace`` as in ``Symlink``."""

    path: str
    target: str
    replace: bool = False


@dataclass(frozen=True, slots=True)
class Copy(Effect):
    """A file or tree is copied: ``cp``, ``install``, ``ucf``, ``C`` of tmpfiles.d.

    Attributes:
        source: what is copied.
        path: of the copy itself, also where the command names its directory.
        mode: as chmod(1) takes it; None for that of the source.
        user: name or number of the owner; None for root.
        group: likewise.
        keep: whether an existing file stays unchanged.
        recursive: whether the source may be a directory.
        content: of a source that is a small file of the package itself, so that it can be
            copied also where the image drops it; surrogates are bytes that are not UTF-8.
    """

    source: str
    path: str
    mode: str | None = None
    user: str | None = None
    group: str | None = None
    keep: bool = False
    recursive: bool = False
    content: str | None = None


@dataclass(frozen=True, slots=True)
class File(Effect):
    """A file whose content the script has: ``echo``, ``cat <<EOF``, ``touch``.

    Attributes:
        path: of the file.
        content: text; surrogates are bytes that are not UTF-8.
        mode: as chmod(1) takes it; None for 0644, and for that of an existing one.
        user: name or number of the owner; None for root, and for that of an existing one.
        group: likewise.
        append: whether the content is added to the end of a file that exists.
        keep: whether a file that exists keeps its content.
    """

    path: str
    content: str = ""
    mode: str | None = None
    user: str | None = None
    group: str | None = None
    append: bool = False
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Edit(Effect):
    """``sed -i``: each line of a file is changed as ``tools/effects/editing.py`` has it."""

    path: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Device(Effect):
    """A device node or a pipe: ``c``, ``b`` or ``p``; ``device`` is MAJOR:MINOR."""

    path: str
    type: str
    device: str = ""
    mode: str | None = None
    user: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Ownership(Effect):
    """``chown``, ``chgrp``, ``chmod``, ``dpkg-statoverride``, ``z`` of tmpfiles.d.

    Nothing happens where the path is missing. Paths may have the wildcards of glob(7) in their
    components.

    Attributes:
        path: what is changed.
        user: name or number of the new owner.
        group: name or number of the new group.
        mode: as chmod(1) takes it: ``2755``, ``g+s``.
        recursive: whether all below it is changed too.
        only: what is changed of that: ``file`` or ``directory``; None for all.
        links: whether a symbolic link itself is changed (``chown -h``), not what it points to.
    """

    path: str
    user: str | None = None
    group: str | None = None
    mode: str | None = None
    recursive: bool = False
    only: str | None = None
    links: bool = False


@dataclass(frozen=True, slots=True)
class Capability(Effect):
    """``setcap``: ``text`` is as cap_from_text(3) takes it."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Remove(Effect):
    """A path is removed, if it is there; a directory only if empty or ``recursive``."""

    path: str
    recursive: bool = False


@dataclass(frozen=True, slots=True)
class Move(Effect):
    """A path is renamed, if it is there."""

    path: str
    to: str


@dataclass(frozen=True, slots=True)
class Diversion(Effect):
    """``dpkg-divert --add``: other packages' file of this path goes elsewhere, and is moved."""

    path: str
    to: str


@dataclass(frozen=True, slots=True)
class Trigger(Effect):
    """``dpkg-trigger``, or ``activate`` in triggers: the trigger of this name is activated."""

    name: str


@dataclass(frozen=True, slots=True)
class Command(Effect):
    """A tool whose result is known, and made by a writer.

    Attributes:
        name: without its directory.
        arguments: as the shell would give them.
        input: its standard input, if it reads one.
    """

    name: str
    arguments: tuple[str, ...] = ()
    input: str = ""


@dataclass(frozen=True, slots=True)
class Needless(Effect):
    """A known command whose result a container does not need."""

    command: str
    reason: str


@dataclass(frozen=True, slots=True)
class NotReproduced(Effect):
    """A command of the script whose result images lack.

    Attributes:
        text: the command as it is written.
        reason: why.
    """

    text: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place} {self.text}"


def kind_of(effect: type[Effect]) -> str:
    """Return the name of a class of effects in JSON."""
    return _KIND_NAMES[effect]


def _plain(value: object) -> object:
    if isinstance(value, Condition):
        return [value.test, value.subject]
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _hyphenated(name: str) -> str:
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).lstrip("-")


_CLASSES: tuple[type[Effect], ...] = (
    Alternative, AlternativeChoice, Group, User, UserChange, Member, Directory, Symlink, Hardlink,
    Copy, File, Edit, Device, Ownership, Capability, Remove, Move, Diversion, Trigger, Command,
    Needless, NotReproduced,
)  # fmt: skip
_KIND_NAMES = {kind: _hyphenated(kind.__name__) for kind in _CLASSES}
DEFAULTS = {kind: tuple((field.name, field.default) for field in fields(kind)) for kind in _CLASSES}
"""The fields of each class, with their defaults."""

KINDS: Mapping[str, type[Effect]] = {name: kind for kind, name in _KIND_NAMES.items()}
"""The classes of effects by their names in JSON."""
