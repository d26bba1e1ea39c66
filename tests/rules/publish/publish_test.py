"""What people run: `image_push`, `image_push_all` and `image_load`, as Bazel has built them."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.container.rootfs import as_built, read_layout
from tests.registry.server import registry_server
from tools.image.validate import find_problems
from tools.registry.connection import connections
from tools.registry.reference import Repository
from tools.registry.transport import Options

RUNFILES = os.environ["RUNFILES_DIR"]


def built(name: str) -> str:
    return os.path.join(RUNFILES, os.environ[name])


def entry(name: str) -> dict[str, Any]:
    """Return what the layout of a target has in its index.json."""
    with open(os.path.join(built(name), "index.json"), encoding="utf-8") as stream:
        (only,) = json.load(stream)["manifests"]
    return dict(only)


def run(name: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [built(name), *arguments],
        env={"RUNFILES_DIR": RUNFILES, "PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def succeed(name: str, *arguments: str, **environment: str) -> str:
    done = run(name, *arguments, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[str]:
    """Provide the address of an empty registry."""
    with registry_server(tmp_path) as address:
        yield address


def tagged(registry: str, name: str, tag: str) -> str:
    """Return the digest that a tag names."""
    return connections(Options())(Repository(registry, name)).manifest_digest(tag)


# image_index, layout_image


def test_layouts_are_valid() -> None:
    assert find_problems(as_built(built("INDEX"))) == []
    assert find_problems(as_built(built("ON_FOREIGN"))) == []


def test_an_index_has_an_image_for_each_platform() -> None:
    digest = entry("INDEX")["digest"].removeprefix("sha256:")
    path = Path(built("INDEX"), "blobs", "sha256", digest)
    index = json.loads(path.read_text())
    assert index["annotations"] == {"org.opencontainers.image.vendor": "test"}
    assert [item["platform"] for item in index["manifests"]] == [
        {"architecture": "amd64", "os": "linux"},
        {"architecture": "arm64", "os": "linux", "variant": "v8"},
        {"architecture": "arm", "os": "linux", "variant": "v7"},
    ]


def test_an_image_of_a_layout_is_a_base_like_any_other() -> None:
    derived, on_foreign = read_layout(built("DERIVED")), read_layout(built("ON_FOREIGN"))
    assert on_foreign.manifest["layers"] == derived.manifest["layers"]
    assert on_foreign.config["rootfs"] == derived.config["rootfs"]
    assert on_foreign.config["config"]["WorkingDir"] == "/srv"


# image_push, image_push_all


def test_pushes_what_the_layout_has(registry: str) -> None:
    said = succeed("PUSH_BASE", "--registry", registry)
    assert "blobs: 2 sent" in said
    assert "tags written: 1.0" in said
    assert tagged(registry, "base", "1.0") == entry("BASE")["digest"]


def test_pushes_an_index_with_all_its_images(registry: str) -> None:
    succeed("PUSH_INDEX", "--registry", registry)
    assert tagged(registry, "index", "1.0") == entry("INDEX")["digest"]


def test_pushes_an_image_on_a_foreign_base(registry: str) -> None:
    succeed("PUSH_ON_FOREIGN", "--registry", registry)
    assert tagged(registry, "on_foreign", "1.0") == entry("ON_FOREIGN")["digest"]


def test_says_what_is_there_already(registry: str) -> None:
    succeed("PUSH_BASE", "--registry", registry)
    assert "up to date\n  tags unchanged: 1.0" in succeed("PUSH_BASE", "--registry", registry)


def test_mounts_the_layers_of_the_base(registry: str) -> None:
    succeed("PUSH_BASE", "--registry", registry)
    assert "2 sent (0.0 MB), 1 mounted" in succeed("PUSH_DERIVED", "--registry", registry)


def test_pushes_to_another_repository_under_more_tags(registry: str) -> None:
    succeed("PUSH_SOMEWHERE", "--repository", f"{registry}/else/where", "--tag", "2.0", "-t", "3.0")
    for tag in ("2.0", "3.0"):
        assert tagged(registry, "else/where", tag) == entry("BASE")["digest"]


def test_pushes_many_at_once(registry: str) -> None:
    said = succeed("PUSH_ALL", "--registry", registry)
    assert said.count("tags written") == 3
    for name in ("derived", "index", "on_foreign"):
        digest = entry(name.upper())["digest"]
        assert tagged(registry, name, "1.0") == digest


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "names no repository\n  say which: --repository HOST/NAME"),
        (("--repository", "status-page"), "the registry is missing"),
        (("--repository", "localhost:1/UPPER"), "'UPPER' is not a name"),
        (("--repository", "localhost:1/a", "--tag", "a b"), 'invalid tag "a b"'),
        (("--repository", "localhost:1/a", "--ca-file", "/none"), "there is no CA file /none"),
        (("--repository", "localhost:1/a", "--parallel", "0"), "'0' is not a number of 1 or more"),
    ],
)
def test_says_what_is_wrong_with_the_command_line(arguments: tuple[str, ...], message: str) -> None:
    done = run("PUSH_SOMEWHERE", *arguments)
    assert done.returncode != 0
    assert message in done.stderr
    assert "Traceback" not in done.stderr


# image_load


@pytest.fixture
def docker(tmp_path: Path) -> Path:
    """Provide a directory with a `docker` that keeps what it loads, and has one image.

    After the nth load it lists `images<n>`.
    """
    tmp_path.joinpath("images").write_text(inspected("BASE"))
    program = tmp_path / "docker"
    program.write_text(
        "#!/bin/sh\n"
        'case "$1 $2" in\n'
        '"load ") cat > "${0%/*}/loaded"; echo >> "${0%/*}/loads" ;;\n'
        '"version ") ;;\n'
        '"info "*) cat "${0%/*}/info" ;;\n'
        '"tag "* | "rmi "*) echo "$*" >> "${0%/*}/renamed" ;;\n'
        '"image ls") echo sha256:1 ;;\n'
        '"image inspect")\n'
        '  number=$(test ! -e "${0%/*}/loads" || wc -l < "${0%/*}/loads")\n'
        '  cat "${0%/*}/images$number" ;;\n'
        "*) exit 1 ;;\n"
        "esac\n"
    )
    program.chmod(0o755)
    tmp_path.joinpath("info").write_text('[["Backing Filesystem","extfs"]]')
    return tmp_path


def archive(content: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        return {member.name: read(tar, member) for member in tar}


def read(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = tar.extractfile(member)
    assert stream
    return stream.read()


def test_an_archive_is_for_docker_and_for_everybody_else(tmp_path: Path) -> None:
    succeed("LOAD", "--archive", "image.tar", BUILD_WORKING_DIRECTORY=str(tmp_path))
    files = archive(tmp_path.joinpath("image.tar").read_bytes())
    for name, content in files.items():
        if name.startswith("blobs/sha256/"):
            assert hashlib.sha256(content).hexdigest() == name.removeprefix("blobs/sha256/")
    (manifest,) = json.loads(files["manifest.json"])
    assert manifest["RepoTags"] == ["derived:1.0"]
    assert all(path in files for path in [manifest["Config"], *manifest["Layers"]])
    (described,) = json.loads(files["index.json"])["manifests"]
    assert described["digest"] == entry("DERIVED")["digest"]
    assert files["oci-layout"] == b'{"imageLayoutVersion":"1.0.0"}'


def test_docker_is_sent_the_layers_that_it_lacks(docker: Path) -> None:
    path = f"{docker}:{os.environ['PATH']}"
    assert "docker has derived:1.0" in succeed("LOAD", PATH=path)
    files = archive(docker.joinpath("loaded").read_bytes())
    (manifest,) = json.loads(files["manifest.json"])
    base, own = manifest["Layers"]
    assert base not in files
    assert own in files


CONTAINERD = '[["driver-type","io.containerd.snapshotter.v1"]]'


def inspected(layout: str) -> str:
    """Return what docker reports about the only image that it has."""
    layers = read_layout(built(layout)).config["rootfs"]["diff_ids"]
    return json.dumps([{"RootFS": {"Layers": layers}}])


def test_docker_with_containerd_is_sent_the_layers_that_it_lacks(docker: Path) -> None:
    docker.joinpath("info").write_text(CONTAINERD)
    docker.joinpath("images1").write_text(inspected("DERIVED"))
    succeed("LOAD", PATH=f"{docker}:{os.environ['PATH']}")
    files = archive(docker.joinpath("loaded").read_bytes())
    (manifest,) = json.loads(files["manifest.json"])
    base, own = manifest["Layers"]
    assert base not in files
    assert own in files
    # That store keeps names as they are in the archive, and finds none without a registry.
    renamed = docker.joinpath("renamed").read_text().splitlines()
    assert renamed == ["tag localhost/derived:1.0 derived:1.0", "rmi localhost/derived:1.0"]


def test_docker_with_containerd_is_sent_everything_if_it_lacks_more(docker: Path) -> None:
    docker.joinpath("info").write_text(CONTAINERD)
    docker.joinpath("images1").write_text('[{"RootFS": {}}]')  # what it says of half an image
    docker.joinpath("images2").write_text(inspected("DERIVED"))
    succeed("LOAD", PATH=f"{docker}:{os.environ['PATH']}")
    files = archive(docker.joinpath("loaded").read_bytes())
    (manifest,) = json.loads(files["manifest.json"])
    assert all(layer in files for layer in manifest["Layers"])


def test_docker_with_containerd_says_loaded_of_what_it_could_not_unpack(docker: Path) -> None:
    docker.joinpath("info").write_text(CONTAINERD)
    for number in (1, 2):
        docker.joinpath(f"images{number}").write_text('[{"RootFS": {}}]')
    done = run("LOAD", PATH=f"{docker}:{os.environ['PATH']}")
    assert done.returncode == 1
    assert "docker has loaded derived:1.0, but cannot read it" in done.stderr


def test_of_an_index_the_image_for_this_machine_is_loaded(docker: Path) -> None:
    succeed("LOAD_INDEX", "--platform", "linux/arm64", PATH=f"{docker}:{os.environ['PATH']}")
    files = archive(docker.joinpath("loaded").read_bytes())
    (manifest,) = json.loads(files["manifest.json"])
    assert manifest["RepoTags"] == ["index:latest"]
    assert json.loads(files[manifest["Config"]])["architecture"] == "arm64"


def test_a_platform_that_is_not_there(docker: Path) -> None:
    done = run("LOAD_INDEX", "--platform", "linux/s390x", PATH=str(docker))
    assert "has no image for linux/s390x\n  choose one: --platform linux/amd64" in done.stderr


def test_a_daemon_that_refuses_is_quoted(docker: Path) -> None:
    docker.joinpath("docker").write_text("#!/bin/sh\necho no space left >&2; exit 1\n")
    done = run("LOAD", PATH=f"{docker}:{os.environ['PATH']}")
    assert done.returncode == 1
    assert "no space left" in done.stderr


def test_no_daemon_at_all(tmp_path: Path) -> None:
    done = run("LOAD", PATH=str(tmp_path))
    assert "write a file that each of them loads: --archive FILE" in done.stderr
