"""Checks that this kernel allows user namespaces for this user; if not, says how to allow them."""

from __future__ import annotations

import ctypes
import os

from tools.errors import PlinthError

# <linux/sched.h>, <sys/mount.h>
_CLONE_NEWNS = 0x00020000
_CLONE_NEWUSER = 0x10000000
_MS_REC = 0x4000
_MS_SLAVE = 0x80000

_SWITCHES = (
    ("kernel/apparmor_restrict_unprivileged_userns", "1", "0"),
    ("kernel/unprivileged_userns_clone", "0", "1"),
    ("user/max_user_namespaces", "0", "15000"),
)


class NamespaceError(PlinthError):
    """The kernel refuses the namespaces of bubblewrap.

    Attributes:
        remedies: possible cures, one line each.
    """

    def __init__(self, remedies: tuple[str, ...]) -> None:
        self.remedies = remedies
        lines = [
            "bazelw cannot run Bazel on this machine: the kernel allows no user namespaces here",
            *remedies,
            "Or install Bazelisk (github.com/bazelbuild/bazelisk) as 'bazelisk' on the PATH,",
            "or set PLINTH_BAZEL to the path of Bazel 7.7.1 or newer.",
        ]
        super().__init__("\n  ".join(lines))


def check_namespaces(proc_sys: str = "/proc/sys") -> None:
    """Try, in a process that ends at once, to get a mount namespace.

    Raises:
        NamespaceError: refused; with the setting to change, if it can be found.
    """
    if not may_have_namespaces():
        raise NamespaceError(remedies(proc_sys))


def remedies(proc_sys: str) -> tuple[str, ...]:
    """Find the kernel settings that forbid user namespaces, and how to change them."""
    found = []
    for name, forbids, allows in _SWITCHES:
        try:
            with open(os.path.join(proc_sys, name), encoding="ascii") as file:
                value = file.read().strip()
        except OSError:
            continue
        if value == forbids:
            found.append(f"Run: sudo sysctl -w {name.replace('/', '.')}={allows}")
    return tuple(found) or (
        "In a container: start it with --privileged, or with --cap-add SYS_ADMIN and "
        "--security-opt seccomp=unconfined --security-opt apparmor=unconfined.",
    )


def may_have_namespaces() -> bool:
    """Try it: unshare(2), and the mount(2) with which bubblewrap begins."""
    library = ctypes.CDLL(None)
    child = os.fork()
    if child == 0:
        # Only system calls here, because the child shares the parent's open files.
        refused = 1
        try:
            # root needs no user namespace, unless it lacks that capability.
            if os.geteuid() != 0 or library.unshare(_CLONE_NEWNS) != 0:
                refused = library.unshare(_CLONE_NEWUSER | _CLONE_NEWNS)
            else:
                refused = 0
            refused = refused or library.mount(b"none", b"/", None, _MS_REC | _MS_SLAVE, None)
        finally:
            os._exit(1 if refused else 0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
