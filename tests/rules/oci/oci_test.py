"""Images of rules_oci, pushed, loaded and listed by Plinth's rules."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from tests.registry.server import registry_server

RUNFILES = os.environ["RUNFILES_DIR"]


def succeed(name: str, *arguments: str) -> str:
    done = subprocess.run(
        [os.path.join(RUNFILES, os.environ[name].split()[0]), *arguments],
        env={"RUNFILES_DIR": RUNFILES, "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_images_and_indexes_are_pushed(tmp_path: Path) -> None:
    with registry_server(tmp_path) as registry:
        assert "tags written: 1.0" in succeed("PUSH", "--registry", registry)
        assert "tags written: 1.0" in succeed("PUSH_INDEX", "--registry", registry)


def test_an_image_is_loaded(tmp_path: Path) -> None:
    succeed("LOAD", "--archive", str(tmp_path / "image.tar"))
    assert tmp_path.joinpath("image.tar").stat().st_size > 1_000_000


def test_layers_of_plinth_keep_what_is_known_of_them() -> None:
    (path,) = [path for path in os.environ["SBOM"].split() if path.endswith(".spdx.json")]
    packages = json.loads(Path(RUNFILES, path).read_text())["packages"]
    # The hash is of the package's archive: the lock has it, and no record in an image.
    hashed = {package["name"] for package in packages if "checksums" in package}
    assert {"libc6", "libstdc++6", "ninja-build"} <= hashed
    assert any(package["name"].startswith("bazel build ") for package in packages)
