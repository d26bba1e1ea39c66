"""A copy of the workspace that a benchmark may build and change as it likes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass


@dataclass(frozen=True)
class LayerSize:
    """What the facts of a layer say of its size, in bytes and files."""

    created_by: str
    size: int
    uncompressed_size: int
    files: int


@dataclass(frozen=True)
class Workspace:
    """A copy of the workspace, with a Bazel server and an output base of its own."""

    directory: str
    output_base: str

    @classmethod
    def copy_of(cls, workspace: str, directory: str) -> Workspace:
        """Copy ``workspace`` below ``directory``."""
        ignore = shutil.ignore_patterns(
            "bazel-*", ".git", "user.bazelrc", "__pycache__", ".*_cache"
        )
        copy = shutil.copytree(workspace, os.path.join(directory, "workspace"), ignore=ignore)
        return cls(copy, os.path.join(directory, "output_base"))

    def bazel(self, command: str, *arguments: str) -> str:
        """Run Bazel and return its standard output."""
        done = subprocess.run(
            ["./bazelw", f"--output_base={self.output_base}", command, *arguments],
            cwd=self.directory,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise SystemExit(f"bazel {command} failed:\n{done.stderr}")
        return done.stdout

    def append(self, path: str, text: str) -> None:
        """Change a file by adding text at its end."""
        with open(os.path.join(self.directory, path), "a", encoding="utf-8") as stream:
            stream.write(text)

    def packages(self, image: str) -> list[str]:
        """Paths of the Debian packages that an image is made of."""
        files = self.bazel(
            "cquery", f"kind(debian_package, deps({image}))", "--output=files", "--noshow_progress"
        )
        # Not from the execution root: that has only what the latest command needed.
        return [os.path.join(self.output_base, path) for path in files.split()]

    def worker(self) -> list[str]:
        """Return the command of the action tools; ``--persistent_worker`` makes it a worker."""
        tools = self.program("//tools/python:action_tools")
        interpreter = self.bazel("cquery", "//tools/python:action_interpreter", "--output=files")
        # Not from the execution root: that has only what the latest command needed.
        files = [os.path.join(self.output_base, path) for path in interpreter.split()]
        loader = next(path for path in files if "/ld-linux" in path)
        python = next(path for path in files if "/bin/python" in path)
        return [loader, "--library-path", os.path.dirname(loader), python, "-I", "-S", tools]

    def program(self, target: str) -> str:
        """Build a program; gives its path."""
        self.bazel("build", target)
        path = self.bazel("cquery", target, "--output=files").split()[0]
        return os.path.join(self.bazel("info", "execution_root").strip(), path)

    def lock(self) -> None:
        """Resolve the manifest of //base, which reads every index again."""
        launcher = os.path.join(self.directory, "bazel-bin/base/debian13.lock")
        environment = os.environ | {"BUILD_WORKSPACE_DIRECTORY": self.directory}
        subprocess.run(
            [launcher], cwd=self.directory, env=environment, check=True, capture_output=True
        )

    def layers(self, image: str) -> list[LayerSize]:
        """Return the layers of an image, lowest first."""
        files = self.bazel("cquery", f"{image}", "--output=starlark", f"--starlark:expr={_FACTS}")
        execution_root = self.bazel("info", "execution_root").strip()
        layers = []
        for path in files.split():
            with open(os.path.join(execution_root, path), encoding="utf-8") as stream:
                facts = json.load(stream)
            layers.append(
                LayerSize(
                    created_by=facts["created_by"],
                    size=facts["size"],
                    uncompressed_size=facts["uncompressed_size"],
                    files=sum(entry["type"] != "directory" for entry in facts["entries"]),
                )
            )
        return layers

    def close(self) -> None:
        """Stop the server and make everything removable."""
        self.bazel("shutdown")
        subprocess.run(["chmod", "-R", "u+w", self.output_base], check=False)


_FACTS = (
    "'\\n'.join([layer.facts.path for layer in providers(target)"
    "['//rules/private/image:image_info.bzl%ImageInfo'].layers])"
)
