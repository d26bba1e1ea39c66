"""A workspace of a user with many small images, and what its builds cost."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

_BASES = {
    "cc": "cc:debian13_nonroot",
    "python3": "python3:debian13_nonroot",
    "static": "static:debian13_nonroot",
}
_LOADS = """\
load("@rules_plinth//rules:image.bzl", "image")
load("@rules_plinth//rules:layer.bzl", "files_layer")

"""
_BASE = """\
image(
    name = "{name}",
    base = "@rules_plinth//base/{label}",
    layers = [":release"],
    visibility = ["//visibility:public"],
)
"""
_IMAGE = """\
files_layer(
    name = "app",
    srcs = ["main.py"],
    directory = "/app",
)

image(
    name = "image",
    base = "//base:{base}",
    layers = [":app"],
)
"""
_ACTIONS = re.compile(r"(\d+) total actions?")


@dataclass
class ImagesWorkspace:
    """The workspace, with a server and an output base of its own."""

    tree: str
    directory: Path
    output_base: str
    said: str = field(default="")

    @classmethod
    def of(cls, tree: str, images: int, directory: str) -> ImagesWorkspace:
        """Write a workspace of so many images that uses Plinth out of ``tree``."""
        made = cls(tree, Path(directory, "workspace"), f"{directory}/output_base")
        made._write(
            "MODULE.bazel",
            f'bazel_dep(name = "rules_plinth")\n'
            f'local_path_override(module_name = "rules_plinth", path = "{tree}")\n',
        )
        made._write(".bazelrc", "common --lockfile_mode=off\n")
        made._write("base/release.txt", "1\n")
        release = 'files_layer(\n    name = "release",\n    srcs = ["release.txt"],\n)\n'
        bases = [_BASE.format(name=name, label=label) for name, label in _BASES.items()]
        made._write("base/BUILD.bazel", _LOADS + release + "".join(bases))
        for number in range(images):
            base = list(_BASES)[number % len(_BASES)]
            made._write(f"app/{number}/BUILD.bazel", _LOADS + _IMAGE.format(base=base))
            made._write(f"app/{number}/main.py", f'print("application {number}")\n')
        return made

    def edit(self, path: str) -> None:
        """Change a file."""
        with (self.directory / path).open("a", encoding="utf-8") as stream:
            stream.write("# changed\n")

    def cpu_seconds(self, *arguments: str) -> float:
        """Run Bazel; gives the CPU time of its server and of what that has started."""
        before = self._used()
        done = subprocess.run(
            [f"{self.tree}/bazelw", f"--output_base={self.output_base}", *arguments],
            cwd=self.directory,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise SystemExit(f"bazel {arguments} failed:\n{done.stderr}")
        self.said = done.stderr
        return self._used() - before

    def actions(self) -> int:
        """Return the number of actions of the latest build."""
        found = _ACTIONS.search(self.said)
        return int(found[1]) if found else 0

    def output(self) -> tuple[float, int]:
        """Return what is below ``bazel-out``: MB, each file once, and the number of files."""
        sizes, files = {}, 0
        for parent, _, names in os.walk(self.directory / "bazel-out" / ""):
            for name in names:
                stat = os.lstat(os.path.join(parent, name))
                sizes[stat.st_ino] = stat.st_size
                files += 1
        return sum(sizes.values()) / 1e6, files

    def close(self) -> None:
        """Stop the server and make everything removable."""
        self.cpu_seconds("shutdown")
        subprocess.run(["chmod", "-R", "u+w", self.output_base], check=False)

    def _write(self, path: str, text: str) -> None:
        file = self.directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def _used(self) -> float:
        """Return the CPU seconds of the server, its living children, and those that have ended."""
        try:
            server = int(Path(self.output_base, "server/server.pid.txt").read_text())
            return sum(_seconds(pid) for pid in (server, *_descendants(server)))
        except OSError:
            return 0.0


def _seconds(pid: int) -> float:
    try:
        fields = _stat(pid)
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _descendants(server: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                children.setdefault(int(_stat(int(name))[1]), []).append(int(name))
    found, left = [], [server]
    while left:
        below = children.get(left.pop(), [])
        found += below
        left += below
    return found


def _stat(pid: int) -> list[str]:
    """Return proc(5)'s fields of a process, from its state on."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
