"""A user's workspace that makes every mistake of the table, each in a directory of its own."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.integration.nested_bazel import NestedBazel, source_tree
from tests.refusals.served_files import Files
from tests.refusals.table import Refusal
from tests.tools.deb_builder import Deb, Entry

_MODULE = """
module(name = "user")
bazel_dep(name = "rules_plinth")
bazel_dep(name = "platforms", version = "0.0.10")
bazel_dep(name = "rules_python", version = "0.22.1")
local_path_override(module_name = "rules_plinth", path = "{source_tree}")
"""

_EXTENSIONS = {
    "advisory_databases": "advisories",
    "apt": "apt",
    "archive": "archive",
    "image_pull": "pull",
    "npm": "npm",
    "pypi": "pypi",
}

# What each mistake may use; the locks are made below.
_COMMON = """
apt.install(name = "debian", lock = "//:debian.lock.json")
apt.install(name = "older", lock = "//:older.lock.json")
use_repo(apt, "debian", "older")
"""

_LOADS = {
    "advisories": ("advisories", "advisory_database", "advisory_test"),
    "archive": ("archive_layer",),
    "cc": ("cc_image",),
    "check": ("budget_test", "closure_test"),
    "image": ("healthcheck", "image", "image_index", "layout_image"),
    "inspect": ("image_diff", "image_surface"),
    "interpreter": ("python_interpreter",),
    "java": ("java_image",),
    "layer": (
        "accounts", "ca_certificates", "files_layer", "group", "layer", "layers", "ld_so_cache",
        "locale", "os_release", "package_slice", "packages_layer", "packages_layers",
        "path_policy", "tar_layer", "user", "wheels_layer",
    ),
    "nodejs": ("nodejs_image",),
    "npm": ("npm_layer",),
    "publish": ("image_load", "image_push", "pin_images", "push_all"),
    "python": ("python_image", "python_layers", "wheel_library"),
    "sbom": ("provenance", "sbom"),
}  # fmt: skip

# A last frame of a traceback, and the error below it.
_REACHED = re.compile(
    r'File "[^"\n]*?/((?:rules|base)/[^"\n]+\.bzl)", line (\d+),[^\n]*\n[^\n]*\nError in fail: '
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What Bazel said.

    Attributes:
        raw: all of it.
        text: the same, with single spaces.
        reached: the calls of ``fail`` that it came to: file of the rules, and line.
    """

    raw: str
    text: str
    reached: frozenset[tuple[str, int]]


class Workspace:
    """The workspace, and a Bazel in it."""

    def __init__(self, directory: Path, files: Files) -> None:
        self.files = files
        self.directory = directory / "workspace"
        (self.directory / "debs").mkdir(parents=True)
        self.bazel = NestedBazel(str(self.directory), str(directory / "output_base"))
        self._write("BUILD.bazel", 'exports_files(glob(["*.json", "*.py"]))\n')
        self._write("module.py", "")
        for name, version in (("debian", "2.0-1"), ("older", "1.0-1")):
            self._lock(name, version)

    def write(self, refusal: Refusal) -> None:
        """Write the directory of one mistake."""
        loads = "".join(
            f'load("@rules_plinth//rules:{file}.bzl", {", ".join(map(json.dumps, names))})\n'
            for file, names in _LOADS.items()
        )
        directory = refusal.name
        if refusal.build or refusal.files:
            self._write(f"{directory}/BUILD.bazel", loads + self._at(directory, refusal.build))
        for name, text in refusal.files.items():
            self._write(f"{directory}/{name}", self._at(directory, text))

    def run(self, refusals: Sequence[Refusal], *command: str) -> Answer:
        """Run Bazel with a MODULE.bazel that has what these mistakes need."""
        lines = [_MODULE.format(source_tree=source_tree())]
        lines += [
            f'{name} = use_extension("@rules_plinth//rules:{file}.bzl", "{name}")\n'
            for name, file in _EXTENSIONS.items()
        ]
        lines.append(_COMMON)
        lines += [self._at(each.name, each.module) for each in refusals]
        self._write("MODULE.bazel", "".join(lines))
        done = self.bazel.run(
            *command,
            "--lockfile_mode=off",
            # Some refusals are those of private files.
            "--nocheck_bzl_visibility",
            environment={**self.environment, **(refusals[0].environment if refusals else {})},
        )
        assert done.returncode, done.stderr
        reached = {(file, int(line)) for file, line in _REACHED.findall(done.stderr)}
        return Answer(done.stderr, " ".join(done.stderr.split()), frozenset(reached))

    @property
    def environment(self) -> Mapping[str, str]:
        """Return registries and indexes of our own, so that no other server is asked."""
        return {
            "PLINTH_NPM_REGISTRY": f"{self.files.url}/npm",
            "PLINTH_PYPI_INDEX": f"{self.files.url}/simple",
        }

    def _lock(self, name: str, version: str) -> None:
        """Write a lock of one package, ``hello``, which is in a directory next to it."""
        deb = Deb(name="hello", version=version, entries=[Entry("./usr/"), Entry("./usr/hello")])
        content = deb.build()
        filename = f"hello_{version}_amd64.deb"
        (self.directory / "debs" / filename).write_bytes(content)
        package = {
            "name": "hello",
            "version": version,
            "architecture": "amd64",
            "source": "hello",
            "source_version": version,
            "archive": "own",
            "suite": "",
            "filename": filename,
            "sha256": hashlib.sha256(content).hexdigest(),
            "size": len(content),
            "depends": {},
        }
        lock = {
            "version": 1,
            "manifest_sha256": "00" * 32,
            "archives": {"own": {"directory": "debs"}},
            "omitted": {},
            "packages": {"amd64": [package]},
        }
        self._write(f"{name}.lock.json", json.dumps(lock))

    def _at(self, name: str, text: str) -> str:
        text = re.sub(r"//app\b", f"//{name}", text)
        text = self.files.fill_in(text)
        return text.replace("@app_", f"@{name}_").replace('"app_', f'"{name}_')

    def _write(self, path: str, text: str) -> None:
        file = self.directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
