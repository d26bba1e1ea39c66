"""The known state of the system at a first installation."""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Callable, Iterable, Mapping

from tools.effects.evaluation.values import FALSE, TRUE, Formula, Truth, condition, truth

_USERS = """
    root 0 0 /root /bin/bash; daemon 1 1 /usr/sbin /usr/sbin/nologin;
    bin 2 2 /bin /usr/sbin/nologin;
    sys 3 3 /dev /usr/sbin/nologin; sync 4 65534 /bin /bin/sync;
    games 5 60 /usr/games /usr/sbin/nologin; man 6 12 /var/cache/man /usr/sbin/nologin;
    lp 7 7 /var/spool/lpd /usr/sbin/nologin; mail 8 8 /var/mail /usr/sbin/nologin;
    news 9 9 /var/spool/news /usr/sbin/nologin; uucp 10 10 /var/spool/uucp /usr/sbin/nologin;
    proxy 13 13 /bin /usr/sbin/nologin; www-data 33 33 /var/www /usr/sbin/nologin;
    backup 34 34 /var/backups /usr/sbin/nologin; list 38 38 /var/list /usr/sbin/nologin;
    irc 39 39 /run/ircd /usr/sbin/nologin; _apt 42 65534 /nonexistent /usr/sbin/nologin;
    nobody 65534 65534 /nonexistent /usr/sbin/nologin
"""
_GROUPS = """
    root 0 daemon 1 bin 2 sys 3 adm 4 tty 5 disk 6 lp 7 mail 8 news 9 uucp 10 man 12 proxy 13
    kmem 15 dialout 20 fax 21 voice 22 cdrom 24 floppy 25 tape 26 sudo 27 audio 29 dip 30
    www-data 33 backup 34 operator 37 list 38 irc 39 src 40 shadow 42 utmp 43 video 44 sasl 45
    plugdev 46 staff 50 games 60 users 100 nogroup 65534
"""


def _group_entries(words: list[str]) -> dict[str, str]:
    return {name: f"{name}:x:{gid}:" for name, gid in zip(words[::2], words[1::2], strict=True)}


def _user_entries(text: str) -> dict[str, str]:
    rows = [row.split() for row in text.split(";")]
    return {
        name: f"{name}:x:{uid}:{gid}:{name}:{home}:{shell}" for name, uid, gid, home, shell in rows
    }


STATIC_USERS = _user_entries(_USERS)
"""Users that every Debian system has, as getent(1) shows them: passwd.master of base-passwd."""

STATIC_GROUPS = _group_entries(_GROUPS.split())
"""Groups that every Debian system has, as getent(1) shows them: group.master of base-passwd."""

_DIRECTORIES_TEXT = """
    / /bin /boot /dev /etc /etc/alternatives /etc/default /etc/init.d /etc/opt /etc/profile.d
    /etc/skel /etc/pam.d /etc/cron.d /etc/cron.daily /home /lib /media /mnt /opt /proc /root
    /run /run/lock /sbin /srv /sys /tmp /usr /usr/bin /usr/games /usr/include /usr/lib
    /usr/libexec /usr/lib/systemd /usr/local /usr/local/bin /usr/local/etc /usr/local/games
    /usr/local/include /usr/local/lib /usr/local/sbin /usr/local/share /usr/local/src /usr/sbin
    /usr/share /usr/share/doc /usr/share/man /usr/share/info /usr/src /var /var/backups
    /var/cache /var/lib /var/lib/dpkg /var/lib/misc /var/local /var/lock /var/log /var/mail
    /var/opt /var/run /var/spool /var/tmp /var/lib/dpkg/info /var/lib/dpkg/alternatives
"""
_DIRECTORIES = frozenset(_DIRECTORIES_TEXT.split())  # base-files, base-passwd and dpkg

LIBRARIES = (
    "/usr/share/debconf/confmodule",
    "/usr/share/dbconfig-common/",
    "/lib/lsb/init-functions",
    "/usr/lib/lsb/init-functions",
    "/usr/lib/php/php-maintscript-helper",
    "/usr/share/apache2/apache2-maintscript-helper",
    "/usr/share/postfix/postinst.functions",
    "/usr/share/postgresql-common/maintscripts-functions",
)
"""Files that scripts read, whose functions are among the commands that are known."""

_PROGRAMS_TEXT = """
    add-shell awk base64 basename bash cat chage chgrp chmod chown chroot cksum cmp comm cp cut
    dash date dd deb-systemd-helper deb-systemd-invoke debconf debconf-set-selections
    debconf-show df diff dirname dpkg dpkg-deb dpkg-divert dpkg-maintscript-helper dpkg-query
    dpkg-realpath dpkg-split dpkg-statoverride dpkg-trigger du echo egrep env expand expr false
    fgrep find fold getconf getent getopt grep groups gunzip gzip head hostname id install
    invoke-rc.d iconv ischroot join kill ldconfig ln login logger ls md5sum mkdir mkfifo mknod
    mktemp more mount mv nice nl nohup od paste perl printenv printf ps pwd readlink realpath
    remove-shell rev rm rmdir run-parts savelog sed seq service sh sha1sum sha256sum sleep sort
    split stat start-stop-daemon stty su sum sync tac tail tar tee tempfile test timeout touch
    tr true tty tzselect uname uniq update-alternatives update-passwd update-rc.d update-shells
    users wc which who whoami xargs yes zcat zgrep
"""
_PROGRAMS = frozenset(_PROGRAMS_TEXT.split())  # of Essential packages, and their dependencies

_OF_OTHER_MODES_TEXT = "/root /tmp /var/tmp /var/mail /var/local /run/lock /var/lock"
_OF_OTHER_MODES = frozenset(_OF_OTHER_MODES_TEXT.split())
# Paths that an administrator may make, and those that only the asking package makes.
_ABSENT = frozenset(
    {"/etc/staff-group-for-usr-local", "/etc/localtime", "/etc/timezone", "/etc/inittab"}
)
_PROGRAM_DIRECTORIES = ("/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/")
# Paths that running programs make; no program has run yet.
_EMPTY = re.compile(r"/(?:var/)?run/|/(?:proc|sys|tmp|var/tmp)/|/dev/(?:disk|mapper|mem|shm)")
_LEFT_OVER = re.compile(
    r"\.dpkg-(?:old|new|dist|bak|backup|remove|tmp|divert\w*)$|\.(?:rpmsave|pam-old)$|\.ucf-\w+$"
)
_MERGED = re.compile(r"^/(bin|sbin|lib|lib32|lib64|libx32|libo32)(?=/|$)")


def merged(path: str) -> str:
    """Return the path under /usr where the directories of the root are links (UsrMerge)."""
    return _MERGED.sub(r"/usr/\1", path)


class Files:
    """The files that are known while a script runs.

    Attributes:
        unpacked: whether the package's own files are there: not yet in preinst.
        untouched: whether unknown paths are missing: for config scripts, which read the results of
            an earlier installation.
        standard: whether the directories of every system are there: not before base-files, which
            makes them.
        private: a directory of configuration that bears the package's name. If the package ships
            it, then what it does not ship right there is not there when it is installed.
    """

    def __init__(
        self,
        entries: Mapping[str, str],
        read: Callable[[str], bytes | None],
        programs: Iterable[str] = (),
    ) -> None:
        """Take the package's own files.

        Args:
            entries: ``file``, ``directory``, ``symlink`` or ``executable`` by absolute path.
            read: the content of a regular file of them; None if it is not at hand.
            programs: names of commands that are known to be there too.
        """
        self._own = {merged(path): kind for path, kind in entries.items()}
        self._read = read
        self._names = {merged(path): path for path in entries}
        self._programs = _PROGRAMS | frozenset(programs)
        self._made: dict[str, tuple[str, bytes | None]] = {}
        self.unpacked = True
        self.untouched = False
        self.standard = True
        self.private = ""

    def make(self, path: str, kind: str, content: bytes | None = None) -> None:
        """Record what a script has certainly made."""
        self._made[merged(path)] = (kind, content)

    def remove(self, path: str) -> None:
        """Record what a script has certainly removed."""
        self._made[merged(path)] = ("", None)

    def made(self) -> dict[str, tuple[str, bytes | None]]:
        """Return what scripts have made and removed: type and content by path."""
        return self._made

    def forget(self, path: str) -> None:
        """Take back what was recorded of a path."""
        self._made.pop(merged(path), None)

    def kind(self, path: str) -> str | None:  # noqa: PLR0911
        """Return what a path certainly is; empty if certainly nothing; None if not known."""
        path = merged(path)
        if path in self._made:
            return self._made[path][0]
        if self.unpacked and path in self._own:
            return self._own[path]
        if (self.standard and path in _DIRECTORIES) or (self.unpacked and self._is_parent(path)):
            return "directory"
        directory, _, name = path.rpartition("/")
        if name in self._programs and f"{directory}/" in _PROGRAM_DIRECTORIES:
            return "executable"
        if path.startswith("/dev/") and name in {"null", "zero", "urandom", "random", "tty"}:
            return "device"
        if path in _ABSENT or _EMPTY.match(path) or _LEFT_OVER.search(path):
            return ""
        if self.private and directory == self.private:
            return ""
        return "" if path in self._own or self.untouched else None

    def is_own(self, path: str) -> bool:
        """Return whether the package has the path."""
        return merged(path) in self._own

    def is_plain_directory(self, path: str) -> bool:
        """Return whether it is a directory of every system, of root's and with mode 0755."""
        return path in _DIRECTORIES and path not in _OF_OTHER_MODES

    def content(self, path: str) -> bytes | None:
        """Return the content of a file, if it is known."""
        path = merged(path)
        if path == "/dev/null":
            return b""
        if path in self._made:
            return self._made[path][1]
        if self.unpacked and self._own.get(path) in {"file", "executable"}:
            return self._read(self._names[path])
        return None

    def matching(self, pattern: str) -> list[str]:
        """Return the known paths that match a pattern of glob(7), sorted."""
        wanted = merged(pattern).split("/")
        present = {path for path, (kind, _) in self._made.items() if kind}
        if self.unpacked:
            present |= self._own.keys() | set(self._parents())
        gone = {path for path, (kind, _) in self._made.items() if not kind}
        found = []
        for path in present - gone:
            parts = path.split("/")
            if len(parts) == len(wanted) and all(
                fnmatch.fnmatchcase(part, item)
                and (not part.startswith(".") or item.startswith("."))
                for part, item in zip(parts, wanted, strict=True)
            ):
                found.append(path)
        # The names in the form of the pattern, before the links of a merged /usr.
        unmerged = len(merged(pattern)) - len(pattern)
        return sorted(path[unmerged:] if unmerged else path for path in found)

    def below(self, root: str) -> list[tuple[str, str]]:
        """Return the known paths from ``root`` on, sorted, with what they are, named as it is."""
        base = merged(root)
        present = dict.fromkeys(self._parents(), "directory") | self._own if self.unpacked else {}
        present.update({path: kind for path, (kind, _) in self._made.items()})
        return sorted(
            (root + path[len(base) :], kind)
            for path, kind in present.items()
            if kind and (path == base or path.startswith(f"{base.rstrip('/')}/"))
        )

    def test(self, operator: str, path: str) -> Truth:  # noqa: PLR0911 - a case for each letter
        """Return whether the file test of this letter is true of a path."""
        kind = self.kind(path)
        if operator in {"e", "r", "w"}:
            return condition("exists", path) if kind is None else truth(kind != "")
        if operator in {"L", "h"}:
            return condition("symlink", path) if kind is None else truth(kind == "symlink")
        if kind in {None, "symlink"}:
            test = {"f": "file", "d": "directory", "x": "executable", "s": "nonempty"}.get(operator)
            return condition(test, path) if test else FALSE
        if operator == "d":
            return truth(kind == "directory")
        if operator == "f":
            return truth(kind in {"file", "executable"})
        if operator == "x":
            return self._executable(path, kind or "")
        if operator == "s":
            content = self.content(path)
            return truth(kind != "") if content is None else truth(bool(content))
        return FALSE  # sockets, pipes, devices: nothing has run

    def program(self, name: str) -> Truth:
        """Return whether a command is on the PATH."""
        if name in self._programs:
            return TRUE
        for directory in _PROGRAM_DIRECTORIES:
            if self.kind(directory + name):
                return TRUE
        return condition("program", name)

    def _executable(self, path: str, kind: str) -> Formula:
        if kind == "file" and merged(path) in self._own:
            # Lists of files without modes: a file that is tested for this is one.
            return TRUE
        return truth(kind in {"executable", "directory"})

    def _parents(self) -> set[str]:
        if not hasattr(self, "_parent_set"):
            found = set()
            for path in self._own:
                while (path := posixpath.dirname(path)) not in found and path != "/":
                    found.add(path)
            self._parent_set = found
        return self._parent_set

    def _is_parent(self, path: str) -> bool:
        return path in self._parents()
