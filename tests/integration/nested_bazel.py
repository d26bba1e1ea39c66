"""A second Bazel, started by a test, with an output base and a workspace of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass


def source_tree() -> str:
    """The workspace under test: where the links of this test's runfiles lead."""
    return os.path.dirname(os.path.realpath("MODULE.bazel"))


def copy_workspace(to: str) -> str:
    """Copy the workspace under test, without what Bazel and git keep in it."""
    ignore = shutil.ignore_patterns("bazel-*", ".git", "user.bazelrc", "__pycache__", ".*_cache")
    return shutil.copytree(source_tree(), to, ignore=ignore)


@dataclass(frozen=True)
class NestedBazel:
    """Bazel in ``workspace``, with its state in ``output_base``.

    It shares nothing with the Bazel that runs the test but the cache of downloads, which is
    addressed by hash.
    """

    workspace: str
    output_base: str

    def run(
        self,
        command: str,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        umask: int = -1,
    ) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        return subprocess.run(
            [
                os.path.join(source_tree(), "bazelw"),
                f"--output_base={self.output_base}",
                "--max_idle_secs=10",
                command,
                f"--repository_cache={_repository_cache()}",
                "--color=no",
                "--curses=no",
                "--noshow_progress",
                *arguments,
            ],
            cwd=self.workspace,
            env=_environment() | dict(environment or {}),
            umask=umask,
            capture_output=True,
            text=True,
            check=False,
        )

    def shut_down(self) -> None:
        """Stop the server and make its files removable."""
        self.run("shutdown")
        subprocess.run(["chmod", "-R", "u+w", self.output_base], check=False)


def _environment() -> dict[str, str]:
    # What a test gets from Bazel must not leak into the Bazel that it starts.
    kept = ("PATH", "HOME", "USER", "PLINTH_BAZEL", "PLINTH_MIRRORS", "PLINTH_PYPI_INDEX")
    return {name: os.environ[name] for name in kept if name in os.environ}


def _repository_cache() -> str:
    # OUTPUT_USER_ROOT/HASH/execroot/… is where this test runs.
    output_base = os.path.realpath(os.environ["TEST_SRCDIR"]).partition("/execroot/")[0]
    return os.path.join(os.path.dirname(output_base), "cache", "repos", "v1")
