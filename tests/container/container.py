"""Starts the process of an image in its own user, mount, network and IPC namespaces.

The process sees the image as its root, runs as the image's user, and reaches nothing of the host:
none of its files, and no network but a loopback of its own.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from typing import IO, Any

from tests.container.rootfs import forbid, read_layout, unpack

# mount(2), umount2(2)
_MS_BIND, _MS_REC, _MS_PRIVATE = 4096, 16384, 1 << 18
_MNT_DETACH = 2
_SIOCSIFFLAGS, _IFF_UP_RUNNING = 0x8914, 0x41
_DEVICES = ("null", "zero", "full", "random", "urandom")
NAMESPACES = os.CLONE_NEWNS | os.CLONE_NEWNET | os.CLONE_NEWIPC

_libc = ctypes.CDLL(None, use_errno=True)


class Container:
    """An unpacked image, ready to be started any number of times."""

    _spaces: tuple[str, ...] = ("user", "net", "ipc", "mnt")

    def __init__(self, layout: str, *, strict: bool = False) -> None:
        """Unpack the image of a layout directory.

        Args:
            layout: the directory.
            strict: whether the image's user may do only what the owners and modes of files let
                it; otherwise all files are its own.
        """
        self._scratch = tempfile.TemporaryDirectory(
            dir=os.environ.get("TEST_TMPDIR"), ignore_cleanup_errors=True
        )
        self.root = os.path.join(self._scratch.name, "root")
        os.mkdir(self.root)
        image = read_layout(layout)
        _add_what_runtimes_add(self.root)
        unpack(image, self.root)
        _add_devices(self.root)  # those of the image are not unpacked
        if strict:
            forbid(image, self.root)
        self.config: dict[str, Any] = image.config["config"]

    def run(
        self, *arguments: str, entrypoint: Sequence[str] | None = None, timeout: float = 60
    ) -> subprocess.CompletedProcess[str]:
        """Run the image's entrypoint, or another one, with ``arguments`` to its end."""
        process = self.start(*arguments, entrypoint=entrypoint)
        try:
            output, errors = process.communicate(timeout=timeout)
        finally:
            process.kill()
        return subprocess.CompletedProcess(process.args, process.returncode, output, errors)

    def start(
        self,
        *arguments: str,
        entrypoint: Sequence[str] | None = None,
        output: IO[str] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> subprocess.Popen[str]:
        """Start the image's entrypoint, or another one, and leave it running.

        Args:
            *arguments: in place of the image's own.
            entrypoint: in place of the image's.
            output: where both of its streams go; by default to pipes.
            environment: in addition to the image's own.

        Raises:
            subprocess.SubprocessError: the namespaces cannot be made.
            FileNotFoundError: the image has no such program.
        """
        command = list(self.config.get("Entrypoint", []) if entrypoint is None else entrypoint)
        command += arguments or self.config.get("Cmd", [])
        return subprocess.Popen(
            command,
            env=self._environment() | dict(environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=output or subprocess.PIPE,
            stderr=output or subprocess.PIPE,
            text=True,
            preexec_fn=self._enter,  # noqa: PLW1509 - tests have one thread when they start it
        )

    def execute(
        self,
        process: subprocess.Popen[str],
        *command: str,
        environment: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run a further program in the container of a process that ``start`` returned."""

        def enter() -> None:
            spaces = [
                os.open(f"/proc/{process.pid}/ns/{kind}", os.O_RDONLY) for kind in self._spaces
            ]
            for space in spaces:
                os.setns(space)

        return subprocess.run(
            command,
            env=self._environment() | dict(environment or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            preexec_fn=enter,
        )

    def _environment(self) -> dict[str, str]:
        """Return that of the image; runtimes set ``HOME`` where it does not, from passwd(5)."""
        user, _ = self._user()
        homes = {uid: home for _, _, uid, _, _, home, _ in self._accounts()}
        own = dict(item.split("=", 1) for item in self.config.get("Env", []))
        return {"HOME": homes.get(user, "/")} | own

    def _accounts(self) -> list[list[str]]:
        """Read the lines of passwd(5)."""
        try:
            with open(os.path.join(self.root, "etc/passwd"), encoding="utf-8") as lines:
                return [line.rstrip("\n").split(":") for line in lines]
        except FileNotFoundError:
            return []

    def _user(self) -> tuple[str, str]:
        """Give the numbers of the image's user and group; the user may be a name."""
        user, _, group = (self.config.get("User") or "0").partition(":")
        for name, _, uid, gid, *_ in self._accounts():
            if name == user:
                return uid, group or gid
        return user, group or user

    def _enter(self) -> None:
        user, group = self._user()
        outer_user, outer_group = os.getuid(), os.getgid()
        os.unshare(NAMESPACES | os.CLONE_NEWUSER)
        # user_namespaces(7): groups may be mapped without privilege once setgroups is denied.
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"{user} {outer_user} 1")
        _write("/proc/self/gid_map", f"{group} {outer_group} 1")
        self._enter_root()

    def _enter_root(self) -> None:
        _loopback_up()
        _mount("none", "/", _MS_REC | _MS_PRIVATE)
        _mount(self.root, self.root, _MS_BIND | _MS_REC)
        for name in _DEVICES:
            _mount(f"/dev/{name}", os.path.join(self.root, "dev", name), _MS_BIND)
        _mount("/proc", os.path.join(self.root, "proc"), _MS_BIND | _MS_REC)

        # pivot_root(2), "pivot_root(".", ".")": the old root ends up on top of the new one.
        os.chdir(self.root)
        _check(_libc.syscall(_PIVOT_ROOT[os.uname().machine], b".", b"."), "pivot_root")
        _check(_libc.umount2(b".", _MNT_DETACH), "umount")
        os.chdir(self.config.get("WorkingDir") or "/")


def _add_what_runtimes_add(root: str) -> None:
    """OCI runtime specification, "Default Devices"; the files are those of all common runtimes."""
    for directory in ("dev/shm", "etc", "proc"):
        os.makedirs(os.path.join(root, directory))
    _add_devices(root)
    for name, target in (("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")):
        os.symlink(f"/proc/self/fd{target}", os.path.join(root, "dev", name))
    with open(os.path.join(root, "etc/hosts"), "x", encoding="ascii") as hosts:
        hosts.write(f"127.0.0.1 localhost {os.uname().nodename}\n")
    with open(os.path.join(root, "etc/resolv.conf"), "x", encoding="ascii") as resolver:
        resolver.write("nameserver 127.0.0.1\n")  # what the C library asks without the file


def _add_devices(root: str) -> None:
    """Make files that the host's devices are mounted on."""
    for name in _DEVICES:
        path = os.path.join(root, "dev", name)
        if not os.path.lexists(path):
            with open(path, "xb"):
                pass


_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}


def _loopback_up() -> None:
    # netdevice(7): a new network namespace has its loopback down.
    with socket.socket() as endpoint:
        fcntl.ioctl(endpoint, _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", _IFF_UP_RUNNING))


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as stream:
        stream.write(text)


def _mount(source: str, target: str, flags: int) -> None:
    _check(_libc.mount(source.encode(), target.encode(), None, flags, None), f"mount {target}")


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
