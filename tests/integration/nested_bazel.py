"""A second Bazel, started by a test, with an output base and a workspace of its own."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import struct
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


def source_tree() -> str:
    """Return the workspace under test: where the links of this test's runfiles lead."""
    return os.path.dirname(os.path.realpath("MODULE.bazel"))


def copy_workspace(to: str) -> str:
    """Copy the workspace under test, without what Bazel and git keep in it."""
    ignore = shutil.ignore_patterns("bazel-*", ".git", "user.bazelrc", "__pycache__", ".*_cache")
    return shutil.copytree(source_tree(), to, ignore=ignore)


@dataclass(frozen=True)
class NestedBazel:
    """Bazel in ``workspace``, with its state in ``output_base``.

    It shares nothing with the Bazel that runs the test but the cache of downloads, which is
    addressed by hash; and not even that if it gets a ``repository_cache`` of its own.
    ``startup_options`` are those of its server.
    """

    workspace: str
    output_base: str
    repository_cache: str = ""
    startup_options: tuple[str, ...] = ()

    def run(
        self,
        command: str,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        umask: int = -1,
        network: bool = True,
    ) -> subprocess.CompletedProcess[str]:
        """Run one command to its end; the first one decides whether the server has a network."""
        return subprocess.run(
            [
                os.path.join(source_tree(), "bazelw"),
                f"--output_base={self.output_base}",
                "--max_idle_secs=10",
                *self.startup_options,
                command,
                f"--repository_cache={self.repository_cache or _repository_cache()}",
                "--color=no",
                "--curses=no",
                "--noshow_progress",
                *arguments,
            ],
            cwd=self.workspace,
            env=_environment() | dict(environment or {}),
            umask=umask,
            preexec_fn=None if network else _cut_off,
            capture_output=True,
            text=True,
            check=False,
        )

    def shut_down(self) -> None:
        """Stop the server and make its files removable."""
        self.run("shutdown")
        subprocess.run(["chmod", "-R", "u+w", self.output_base], check=False)


@contextmanager
def images_of_module(path: str, directory: Path) -> Iterator[Path]:
    """Build a module of its own and pass its tests.

    Args:
        path: of its directory, in the workspace under test.
        directory: an empty one.

    Yields:
        The directory that has what was built.
    """
    bazel = NestedBazel(os.path.join(source_tree(), path), str(directory / "output_base"))
    try:
        done = bazel.run(
            "test", "//...", f"--symlink_prefix={directory}/bazel-", "--test_output=errors"
        )
        assert done.returncode == 0, done.stdout + done.stderr
        yield directory / "bazel-bin"
    finally:
        bazel.shut_down()


def _cut_off() -> None:
    """Move this process to a network that has only 127.0.0.1: Bazel itself needs that."""
    os.unshare(os.CLONE_NEWNET)
    with socket.socket() as any_socket:
        # netdevice(7): struct ifreq with the flag IFF_UP.
        up = struct.pack("16sh14x", b"lo", 1)
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, up)


_SIOCSIFFLAGS = 0x8914


def _environment() -> dict[str, str]:
    # What a test gets from Bazel must not leak into the Bazel that it starts.
    kept = ("PATH", "HOME", "USER", "PLINTH_BAZEL", "PLINTH_MIRRORS", "PLINTH_PYPI_INDEX")
    return {name: os.environ[name] for name in kept if name in os.environ}


def _repository_cache() -> str:
    # OUTPUT_USER_ROOT/HASH/execroot/… is where this test runs.
    output_base = os.path.realpath(os.environ["TEST_SRCDIR"]).partition("/execroot/")[0]
    return os.path.join(os.path.dirname(output_base), "cache", "repos", "v1")
