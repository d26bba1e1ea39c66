"""What every image of one family on one distribution holds, on every architecture: from its facts.

Nothing is unpacked and nothing runs, so no architecture needs an emulator.
"""

from __future__ import annotations

import fnmatch
import json
import os
import re
from typing import Any

import pytest

from tests.base.expectations import (
    DIRECTORIES,
    FAMILIES,
    FILES,
    GROUP,
    PASSWD,
    PATH,
    SHELLS,
    UNWANTED,
)
from tests.base.facts import Image, read_image

FAMILY, DISTRIBUTION = os.environ["FAMILY"], os.environ["DISTRIBUTION"]
EXPECTED = FAMILIES.get(FAMILY) or FAMILIES[f"{FAMILY}_{DISTRIBUTION}"]
VERSION, CODENAME = {"debian12": ("12", "bookworm"), "debian13": ("13", "trixie")}[DISTRIBUTION]
LOADERS = {
    "amd64": "lib64/ld-linux-x86-64.so.2",
    "arm64": "lib/ld-linux-aarch64.so.1",
    "armhf": "lib/ld-linux-armhf.so.3",
    "ppc64el": "lib64/ld64.so.2",
    "riscv64": "lib/ld-linux-riscv64-lp64d.so.1",
    "s390x": "lib/ld64.so.1",
}
"""Where programs of each architecture ask for the dynamic loader: its processor's ABI."""


def _read_images() -> list[Image]:
    with open(
        os.path.join(os.environ["RUNFILES_DIR"], os.environ["IMAGES"]), encoding="utf-8"
    ) as f:
        return [read_image(item) for item in json.load(f)]


IMAGES = _read_images()
each_image = pytest.mark.parametrize(
    "image", IMAGES, ids=[f"{image.label}-{image.architecture}" for image in IMAGES]
)


def variant(image: Image) -> str:
    """``debian13_debug`` of ``//base/cc:debian13_debug.index``."""
    return image.label.rpartition(":")[2].removesuffix(".index")


def is_debug(image: Image) -> bool:
    return "_debug" in variant(image)


def is_nonroot(image: Image) -> bool:
    return variant(image).endswith("_nonroot")


def files(image: Image) -> dict[str, Any]:
    """Everything that is no directory."""
    return {path: e for path, e in image.entries.items() if e["type"] != "directory"}


def test_every_variant_is_there_for_every_architecture_of_the_lock() -> None:
    with open(f"base/{DISTRIBUTION}.lock.json", encoding="utf-8") as stream:
        packages = json.load(stream)["packages"]
    locked = {
        architecture
        for architecture, entries in packages.items()
        if set(EXPECTED.packages) <= {entry["name"] for entry in entries}
    }
    suffixes = ("", "_debug", "_debug_nonroot", "_nonroot")
    found = {(variant(image), image.architecture) for image in IMAGES}
    built = {architecture for _, architecture in found}
    assert built <= locked
    # Upstream's archives are not there for all of them.
    whole = os.environ["ALL_ARCHITECTURES"] and not re.fullmatch(r"nodejs\d+", FAMILY)
    architectures = locked if whole else built
    wanted = {(DISTRIBUTION + suffix, a) for suffix in suffixes for a in architectures}
    assert found == wanted


@each_image
def test_few_layers(image: Image) -> None:
    assert len(image.layers) <= (8 if is_debug(image) else EXPECTED.layers)


@each_image
def test_small(image: Image) -> None:
    size = sum(layer["size"] for layer in image.layers)
    if image.architecture == "amd64" and not is_debug(image):
        assert size <= EXPECTED.megabytes * 1e6


@each_image
def test_configuration(image: Image) -> None:
    config = image.run_config
    assert config["User"] == ("65532" if is_nonroot(image) else "0")
    assert config["WorkingDir"] == ("/home/nonroot" if is_nonroot(image) else "/")
    assert "Cmd" not in config
    entrypoint = EXPECTED.entrypoint or (("/busybox/sh",) if is_debug(image) else None)
    assert config.get("Entrypoint") == (list(entrypoint) if entrypoint else None)
    environment = image.environment
    assert environment.pop("PATH") == PATH + (":/busybox" if is_debug(image) else "")
    assert environment.pop("SSL_CERT_FILE") == "/etc/ssl/certs/ca-certificates.crt"
    assert environment.keys() == EXPECTED.env.keys()
    for name, pattern in EXPECTED.env.items():
        assert re.fullmatch(pattern, environment[name]), name


@each_image
def test_accounts_and_os_release(image: Image) -> None:
    assert image.entries["etc/passwd"]["text"] == PASSWD
    assert image.entries["etc/group"]["text"] == GROUP
    text = image.entries["usr/lib/os-release"]["text"]
    values = dict(line.split("=", 1) for line in text.splitlines())
    assert values["PRETTY_NAME"] == '"Distroless"'
    assert values["ID"] == '"debian"'
    assert values["VERSION_ID"] == f'"{VERSION}"'
    assert values["VERSION"] == f'"Debian GNU/Linux {VERSION} ({CODENAME})"'
    assert image.entries["etc/os-release"]["target"] == "../usr/lib/os-release"


@each_image
def test_directories(image: Image) -> None:
    for path, (mode, owner) in DIRECTORIES.items():
        entry = image.entries[path]
        assert (entry["type"], entry["mode"], entry["uid"]) == ("directory", mode, owner), path
    for path in ("bin", "sbin", "lib"):
        assert image.entries[path]["target"] == f"usr/{path}"


@each_image
def test_files(image: Image) -> None:
    def is_there(path: str) -> bool:
        path = path.format(architecture=image.architecture)
        return bool(image.file(path) or fnmatch.filter(image.entries, path))

    wanted = [*FILES, *EXPECTED.files, *(EXPECTED.debug_files if is_debug(image) else ())]
    assert [path for path in wanted if not is_there(path)] == []
    if not is_debug(image):
        assert [path for path in EXPECTED.debug_files if is_there(path)] == []
    if "libc6" in image.packages:
        assert image.file(LOADERS[image.architecture])
    assert not [p for p in files(image) if any(fnmatch.fnmatch(p, glob) for glob in UNWANTED)]


@each_image
def test_the_entrypoint_can_be_run(image: Image) -> None:
    for program in image.run_config.get("Entrypoint", [])[:1]:
        file = image.file(program)
        assert file and file["mode"] == 0o755 and "elf" in file


@each_image
def test_a_program_that_reads_all_certificates_parses_each_once(image: Image) -> None:
    directory = [path for path in image.entries if re.fullmatch(r"etc/ssl/certs/[^/]+", path)]
    assert set(directory) <= {
        "etc/ssl/certs/adoptium",
        "etc/ssl/certs/ca-certificates.crt",
        "etc/ssl/certs/java",
    }


@each_image
def test_every_package_is_recorded_with_its_licence(image: Image) -> None:
    recorded = {
        path.removeprefix("var/lib/dpkg/status.d/")
        for path in image.entries
        if path.startswith("var/lib/dpkg/status.d/") and not path.endswith(".md5sums")
    }
    assert recorded - EXPECTED.archives == image.packages.keys()
    assert EXPECTED.archives <= recorded
    assert set(EXPECTED.packages) <= recorded
    for name in image.packages:
        assert image.file(f"usr/share/doc/{name}/copyright"), name


@each_image
def test_nothing_gives_privilege(image: Image) -> None:
    for path, entry in files(image).items():
        if entry["type"] == "symlink":
            continue
        assert entry["mode"] & 0o7022 == 0, path
        assert (entry["uid"], entry["gid"]) == (0, 0), path
        assert "security.capability" not in entry.get("xattrs", {}), path


@each_image
def test_a_shell_only_for_debugging(image: Image) -> None:
    shells = {path for path in files(image) if path.rpartition("/")[2] in SHELLS}
    if not is_debug(image):
        assert not shells
        assert not any(path.startswith("busybox") for path in image.entries)
        return
    assert all(path.startswith("busybox/") for path in shells)
    busybox = image.entries["busybox/busybox"]
    assert (busybox["type"], busybox["mode"]) == ("file", 0o755)
    assert "interpreter" not in busybox["elf"] or not busybox["elf"]["interpreter"]
    applets = {
        p: e for p, e in image.entries.items() if p.startswith("busybox/") and e is not busybox
    }
    assert {"busybox/sh", "busybox/ls", "busybox/wget"} <= applets.keys()
    assert {entry["target"] for entry in applets.values()} == {"busybox"}
    assert "busybox-static" in image.packages


def test_root_and_nonroot_are_the_same_layers() -> None:
    stacks: dict[tuple[str, bool], set[tuple[str, ...]]] = {}
    for image in IMAGES:
        digests = tuple(layer["digest"] for layer in image.manifest["layers"])
        stacks.setdefault((image.architecture, is_debug(image)), set()).add(digests)
    assert {len(found) for found in stacks.values()} == {1}
    for architecture in {architecture for architecture, _ in stacks}:
        ((plain,), (debug,)) = stacks[architecture, False], stacks[architecture, True]
        assert debug[: len(plain)] == plain


@each_image
def test_java_version_is_that_of_the_package(image: Image) -> None:
    if "JAVA_VERSION" in image.environment:
        (package,) = (p for name, p in image.packages.items() if name.endswith("-jre-headless"))
        assert package["version"].startswith(image.environment["JAVA_VERSION"] + "+")
