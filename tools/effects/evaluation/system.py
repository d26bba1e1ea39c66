"""What is known of the system into which a package is installed first."""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Callable, Iterable, Mapping

from tools.effects.evaluation.values import FALSE, TRUE, Formula, Truth, condition, truth

_STATIC_USERS_TEXT = """
    root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc _apt
    nobody
"""
STATIC_USERS = frozenset(_STATIC_USERS_TEXT.split())
"""Users that every Debian system has: /usr/share/base-passwd/passwd.master."""

_STATIC_GROUPS_TEXT = """
    root daemon bin sys adm tty disk lp mail news uucp man proxy kmem dialout fax voice cdrom
    floppy tape sudo audio dip www-data backup operator list irc src shadow utmp video sasl
    plugdev staff games users nogroup
"""
STATIC_GROUPS = frozenset(_STATIC_GROUPS_TEXT.split())
"""Groups that every Debian system has: /usr/share/base-passwd/group.master."""

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
_PROGRAMS = frozenset(
    _PROGRAMS_TEXT.split()
)  # of packages that are Essential, and what those always bring

_PROGRAM_DIRECTORIES = ("/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/")
# What a program at work makes; nothing has run yet.
_EMPTY = re.compile(r"/(?:var/)?run/|/(?:proc|sys|tmp|var/tmp)/|/dev/(?:disk|mapper|mem|shm)")
_LEFT_OVER = re.compile(
    r"\.dpkg-(?:old|new|dist|bak|backup|remove|tmp|divert\w*)$|\.rpmsave$|\.ucf-\w+$"
)
_MERGED = re.compile(r"^/(bin|sbin|lib|lib32|lib64|libx32|libo32)(?=/|$)")


def merged(path: str) -> str:
    """The path under /usr where the directories of the root are links (UsrMerge)."""
    return _MERGED.sub(r"/usr/\1", path)


class Files:
    """The files that are known while a script runs.

    Attributes:
        unpacked: whether the package's own files are there: not yet in preinst.
    """

    def __init__(
        self,
        entries: Mapping[str, str],
        read: Callable[[str], bytes | None],
        programs: Iterable[str] = (),
    ) -> None:
        """Takes the package's own files.

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

    def make(self, path: str, kind: str, content: bytes | None = None) -> None:
        """Notes what a script has certainly made."""
        self._made[merged(path)] = (kind, content)

    def remove(self, path: str) -> None:
        """Notes what a script has certainly removed."""
        self._made[merged(path)] = ("", None)

    def kind(self, path: str) -> str | None:  # noqa: PLR0911
        """What a path certainly is; empty if certainly nothing; None if that is not known."""
        path = merged(path)
        if path in self._made:
            return self._made[path][0]
        if self.unpacked and path in self._own:
            return self._own[path]
        if path in _DIRECTORIES or (self.unpacked and self._is_parent(path)):
            return "directory"
        directory, _, name = path.rpartition("/")
        if name in self._programs and f"{directory}/" in _PROGRAM_DIRECTORIES:
            return "executable"
        if path.startswith("/dev/") and name in {"null", "zero", "urandom", "random", "tty"}:
            return "device"
        if _EMPTY.match(path) or _LEFT_OVER.search(path):
            return ""
        return "" if path in self._own else None

    def is_own(self, path: str) -> bool:
        """Whether the package has the path."""
        return merged(path) in self._own

    def content(self, path: str) -> bytes | None:
        """The content of a file, if it is known."""
        path = merged(path)
        if path in self._made:
            return self._made[path][1]
        if self.unpacked and self._own.get(path) in {"file", "executable"}:
            return self._read(self._names[path])
        return None

    def matching(self, pattern: str) -> list[str]:
        """The known paths that match a pattern of glob(7), sorted."""
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
        # The names as the pattern has them, on this side of the links of a merged /usr.
        unmerged = len(merged(pattern)) - len(pattern)
        return sorted(path[unmerged:] if unmerged else path for path in found)

    def test(self, operator: str, path: str) -> Truth:  # noqa: PLR0911 - a case for each letter
        """Whether the file test of this letter is true of a path."""
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
        """Whether a command is on the PATH."""
        if name in self._programs:
            return TRUE
        for directory in _PROGRAM_DIRECTORIES:
            if self.kind(directory + name):
                return TRUE
        return condition("program", name)

    def _executable(self, path: str, kind: str) -> Formula:
        if kind == "file" and merged(path) in self._own:
            # Lists of files without modes: a file that is asked for this is one.
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
