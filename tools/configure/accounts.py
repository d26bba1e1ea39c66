"""The users and groups of an image: those it has, Debian's own, and those that packages make.

Numbers are reproducible. Debian's static ones (Debian Policy 9.2.2) are the same everywhere. For a
dynamic one, Debian takes the first free number, which depends on the order of installation. Here
the number of a system account follows from its name, from 100 to 999, so that other packages and
images do not change it. Accounts of a layer below stay unchanged.
"""

from __future__ import annotations

from tools.configure.base_accounts import GROUPS, USERS
from tools.errors import PlinthError
from tools.tar.digest import sha256

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.configure.root import Root

_FIRST_SYSTEM_ID, _LAST_SYSTEM_ID = 100, 999
_FIRST_ID, _LAST_ID = 1000, 59999
_SHADOW_GROUP = 42
_FILES = ("etc/passwd", "etc/group", "etc/shadow", "etc/gshadow")
_FIELDS = {"etc/passwd": 7, "etc/group": 4, "etc/shadow": 9, "etc/gshadow": 4}


class UnknownAccountError(PlinthError):
    """A name that no account of the image has."""


class Accounts:
    """The four files, as fields by name, in the order of their lines."""

    def __init__(self, root: Root) -> None:
        self._root = root
        self._tables: dict[str, dict[str, list[str]]] = {path: {} for path in _FILES}
        self._loaded = False
        self._changed = False

    # Looking up

    def uid(self, user: str) -> int:
        """Return the number of a user, given by name or number.

        Raises:
            UnknownAccountError: there is no such user.
        """
        return self._number("etc/passwd", user, "user")

    def gid(self, group: str) -> int:
        """Return the number of a group, given by name or number.

        Raises:
            UnknownAccountError: there is no such group.
        """
        return self._number("etc/group", group, "group")

    def primary_gid(self, user: str) -> int:
        """Return the number of a user's primary group.

        Raises:
            UnknownAccountError: there is no such user.
        """
        self.uid(user)
        for line in self._table("etc/passwd").values():
            if user in {line[0], line[2]}:
                return int(line[3])
        raise UnknownAccountError(f"no user {user!r}")

    def has_user(self, name: str) -> bool:
        """Return whether a user of that name exists."""
        return name in self._table("etc/passwd") or name in _names(USERS)

    def has_group(self, name: str) -> bool:
        """Return whether a group of that name exists."""
        return name in self._table("etc/group") or name in _names(GROUPS)

    # Changing

    def add_group(self, name: str, gid: int | None = None, *, system: bool = True) -> None:
        """Add a group, unless one of that name exists."""
        self._begin()
        groups = self._table("etc/group")
        if name in groups:
            return
        number = self._free("etc/group", name, gid, system=system)
        groups[name] = [name, "x", str(number), ""]
        self._table("etc/gshadow")[name] = [name, "!", "", ""]

    def add_user(  # noqa: PLR0913
        self,
        name: str,
        *,
        uid: int | None = None,
        group: str | None = None,
        home: str = "/nonexistent",
        shell: str = "/usr/sbin/nologin",
        comment: str = "",
        system: bool = True,
        password: str = "!",  # noqa: S107 - no password at all
    ) -> None:
        """Add a user, unless one of that name exists.

        Args:
            name: login name.
            uid: its number; None for a dynamic one.
            group: name or number of the primary group; None for one of the user's own name.
            home: home directory.
            shell: login shell.
            comment: the GECOS field.
            system: whether a dynamic number is one of a system user.
            password: its field in shadow(5).

        Raises:
            UnknownAccountError: there is no such group.
        """
        self._begin()
        users = self._table("etc/passwd")
        if name in users:
            return
        number = self._free("etc/passwd", name, uid, system=system)
        if group is None:
            if name not in self._table("etc/group"):
                self.add_group(name, number, system=system)
            group = name
        users[name] = [name, "x", str(number), str(self.gid(group)), comment, home, shell]
        self._table("etc/shadow")[name] = [name, password, *_SYSTEM_AGING]

    def change_user(self, name: str, **fields: str | None) -> None:
        """Change the ``group``, ``comment``, ``home`` or ``shell`` of a user that exists."""
        self._begin()
        line = self._table("etc/passwd").get(name)
        if line is None:
            return
        if fields.get("group") is not None:
            line[3] = str(self.gid(str(fields["group"])))
        for at, field in ((4, "comment"), (5, "home"), (6, "shell")):
            if fields.get(field) is not None:
                line[at] = str(fields[field])

    def add_member(self, user: str, group: str) -> None:
        """Make a user a member of a further group.

        Raises:
            UnknownAccountError: there is no such user or group.
        """
        self._begin()
        self.uid(user)
        self.gid(group)
        for path in ("etc/group", "etc/gshadow"):
            line = self._table(path).setdefault(group, [group, "!", "", ""])
            members = [member for member in line[3].split(",") if member]
            if user not in members:
                line[3] = ",".join([*members, user])

    def complete(self) -> None:
        """Give every account its line in the shadow files, which programs expect."""
        self._begin()

    def write(self) -> None:
        """Write the files, if an account was added, changed, or named."""
        if not self._changed:
            return
        for path in _FILES:
            text = "".join(":".join(line) + "\n" for line in self._table(path).values())
            secret = path in {"etc/shadow", "etc/gshadow"}
            new = self._root.entry(path) is None
            self._root.write(
                path,
                text.encode("utf-8", "surrogateescape"),
                mode=(0o640 if secret else 0o644) if new else None,
                gid=(_SHADOW_GROUP if secret else 0) if new else None,
            )

    # Details

    def _number(self, path: str, name: str, kind: str) -> int:
        if name.isdigit():
            return int(name)
        line = self._table(path).get(name)
        if line is None:
            self._begin()  # one of Debian's own that the image lacks, and that is needed
            line = self._table(path).get(name)
        if line is None:
            raise UnknownAccountError(f"there is no {kind} {name!r}")
        return int(line[2])

    def _begin(self) -> None:
        """Add Debian's own accounts, the first time that one is needed."""
        if self._changed:
            return
        self._changed = True
        for path, text in (("etc/passwd", USERS), ("etc/group", GROUPS)):
            table = self._table(path)
            for name, line in _names(text).items():
                table.setdefault(name, line)
        # A user or group of a layer below without a line in its shadow file gets one.
        for name in self._table("etc/passwd"):
            self._table("etc/shadow").setdefault(name, [name, "*", *_AGING])
        for name in self._table("etc/group"):
            self._table("etc/gshadow").setdefault(name, [name, "*", "", ""])

    def _table(self, path: str) -> dict[str, list[str]]:
        if not self._loaded:
            self._loaded = True
            for file in _FILES:
                entry = self._root.entry(file)
                if entry is not None and entry["type"] == "file" and entry["size"]:
                    text = self._root.read(file).decode("utf-8", "surrogateescape")
                    self._tables[file] = _lines(text, _FIELDS[file])
        return self._tables[path]

    def _free(self, table: str, name: str, wanted: int | None, *, system: bool) -> int:
        """Return the wanted number if it is free, else an unused one."""
        if wanted is not None and all(
            int(line[2]) != wanted for line in self._table(table).values()
        ):
            return wanted
        for path in ("etc/group", "etc/passwd"):  # that of the group of the same name, or user
            line = self._table(path).get(name)
            if line is not None and self._is_free_for(name, int(line[2])):
                return int(line[2])
        taken = set(self._ids())
        first, last = (_FIRST_SYSTEM_ID, _LAST_SYSTEM_ID) if system else (_FIRST_ID, _LAST_ID)
        count = last - first + 1
        start = int(sha256(name.encode()).hexdigest(), 16) if system else 0
        for step in range(count):
            number = first + (start + step) % count
            if number not in taken:
                return number
        raise PlinthError(f"no number from {first} to {last} is free for the account {name!r}")

    def _is_free_for(self, name: str, number: int) -> bool:
        return all(
            line[0] == name or int(line[2]) != number
            for path in ("etc/passwd", "etc/group")
            for line in self._table(path).values()
        )

    def _ids(self) -> Iterator[int]:
        for path in ("etc/passwd", "etc/group"):
            for line in self._table(path).values():
                yield int(line[2])


# shadow(5): days of the last change (unknown, so that no date is in the image), and how passwords
# age: as base-passwd and useradd --system have it.
_AGING = ("", "0", "99999", "7", "", "", "")
_SYSTEM_AGING = ("", "", "", "", "", "", "")


def _lines(text: str, fields: int) -> dict[str, list[str]]:
    lines: dict[str, list[str]] = {}
    for line in text.splitlines():
        values = line.split(":")
        if line.strip() and not line.startswith("#") and len(values) == fields:
            lines.setdefault(values[0], values)
    return lines


def _names(text: str) -> dict[str, list[str]]:
    return _lines(text, 7 if text is USERS else 4)
