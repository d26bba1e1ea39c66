"""What the attributes of `image` and `files_layer` become, read from the layouts they build."""

from __future__ import annotations

import io
import json
import os
import tarfile
from pathlib import Path
from typing import Any

from tests.container.rootfs import Image, as_built, read_layout
from tools.image.validate import find_problems
from tools.tar.decompress import decompress

RUNFILES = os.environ["RUNFILES_DIR"]
BASE = os.path.join(RUNFILES, os.environ["BASE"])
COMPRESSED = os.path.join(RUNFILES, os.environ["COMPRESSED"])
MORE = os.path.join(RUNFILES, os.environ["MORE"])
DERIVED = os.path.join(RUNFILES, os.environ["DERIVED"])
CLEARED = os.path.join(RUNFILES, os.environ["CLEARED"])


def entries(image: Image, layer: int) -> dict[str, tarfile.TarInfo]:
    with tarfile.open(image.layers[layer]) as archive:
        return {member.name: member for member in archive}


def config(layout: str) -> dict[str, Any]:
    return read_layout(layout).config


def test_layouts_are_valid() -> None:
    assert find_problems(as_built(BASE)) == []
    assert find_problems(as_built(DERIVED)) == []


def test_layouts_are_what_rules_oci_takes_as_a_base() -> None:
    # Its image.sh takes `.manifests[0]`, which must be an image, every `blobs/*/*`, and appends to
    # the config's history and diff_ids; crane, underneath, refuses links.
    layout = Path(as_built(BASE))
    (manifest,) = json.loads(layout.joinpath("index.json").read_text())["manifests"]
    assert manifest["mediaType"] == "application/vnd.oci.image.manifest.v1+json"
    assert [path.name for path in layout.joinpath("blobs").iterdir()] == ["sha256"]
    assert not any(path.is_symlink() for path in layout.rglob("*"))
    image = read_layout(str(layout))
    assert len(image.config["history"]) == len(image.config["rootfs"]["diff_ids"])
    assert {"architecture", "os"} <= set(image.config)
    digests = {path.name for path in layout.glob("blobs/sha256/*")}
    named = [manifest, image.manifest["config"], *image.manifest["layers"]]
    assert digests == {item["digest"].removeprefix("sha256:") for item in named}


def test_attributes_reach_the_config() -> None:
    assert config(BASE)["config"] == {
        "Cmd": ["--verbose"],
        "Entrypoint": ["/bin/app"],
        "Env": ["GREETING=hello", "PATH=/usr/bin"],
        "ExposedPorts": {"8080/tcp": {}, "53/udp": {}},
        "Labels": {"maintainer": "somebody"},
        "StopSignal": "SIGINT",
        "User": "1000:1000",
        "Volumes": {"/data": {}},
        "WorkingDir": "/srv",
    }
    assert config(BASE)["created"] == "2026-01-02T03:04:05Z"


def test_annotations_reach_the_manifest() -> None:
    assert read_layout(BASE).manifest["annotations"] == {"org.opencontainers.image.vendor": "test"}


def test_what_is_not_given_comes_from_the_base() -> None:
    derived = config(DERIVED)["config"]
    assert derived["User"] == "1000:1000"
    assert derived["WorkingDir"] == "/srv"
    assert derived["ExposedPorts"] == {"8080/tcp": {}, "53/udp": {}}
    assert config(DERIVED)["created"] == "1970-01-01T00:00:00Z"


def test_what_is_empty_clears_the_value_of_the_base() -> None:
    assert config(CLEARED)["config"] == {
        "Env": ["GREETING=hello", "PATH=/usr/bin"],
        "ExposedPorts": {"8080/tcp": {}, "53/udp": {}},
        "Labels": {"maintainer": "somebody"},
        "Volumes": {"/data": {}},
        "WorkingDir": "/srv",
    }


def test_environment_extends_that_of_the_base() -> None:
    assert config(DERIVED)["config"]["Env"] == [
        "GREETING=hello",
        "PATH=/usr/bin:/opt/bin",
        "NAME=world",
    ]


def test_an_entrypoint_resets_the_command() -> None:
    derived = config(DERIVED)["config"]
    assert derived["Entrypoint"] == ["/bin/other"]
    assert "Cmd" not in derived


def test_layers_of_the_base_come_first() -> None:
    base, derived = read_layout(BASE), read_layout(DERIVED)
    assert derived.manifest["layers"][:1] == base.manifest["layers"]
    assert len(derived.manifest["layers"]) == 2


def test_files_have_the_paths_modes_and_owners_asked_for() -> None:
    files = entries(read_layout(BASE), 0)
    assert files["bin/app"].mode == 0o755  # it begins with #!
    assert files["srv/data.txt"].mode == 0o644
    assert (files["srv/data.txt"].uid, files["srv/data.txt"].gid) == (1000, 1000)
    assert files["bin/link"].linkname == "app"
    assert files["data"].isdir()
    assert files["data"].mode == 0o750


def test_strip_prefix_and_mode() -> None:
    files = entries(read_layout(DERIVED), 1)
    assert files["opt/testdata/data.txt"].mode == 0o600


def test_a_layer_chooses_its_compression() -> None:
    image = read_layout(COMPRESSED)
    assert find_problems(as_built(COMPRESSED)) == []
    kind = "application/vnd.oci.image.layer.v1.tar+"
    assert [layer["mediaType"] for layer in image.manifest["layers"]] == [
        kind + "gzip",
        kind + "zstd",
        kind + "gzip",
        kind + "zstd",
    ]
    frames = memoryview(Path(image.layers[1]).read_bytes())
    with tarfile.open(fileobj=io.BytesIO(b"".join(decompress("zst", frames)))) as archive:
        assert archive.getnames() == ["zstd", "zstd/testdata", "zstd/testdata/data.txt"]


def test_layers_with_a_table_of_contents_say_where_it_is() -> None:
    layers = read_layout(COMPRESSED).manifest["layers"]
    assert [sorted(layer.get("annotations", ())) for layer in layers] == [
        [],
        [],
        ["containerd.io/snapshot/stargz/toc.digest", "io.containers.estargz.uncompressed-size"],
        [
            "io.github.containers.zstd-chunked.manifest-checksum",
            "io.github.containers.zstd-chunked.manifest-position",
            "io.github.containers.zstd-chunked.tarsplit-position",
        ],
    ]


def test_tree_artifacts_and_runfiles() -> None:
    files = entries(read_layout(MORE), 0)
    runfiles = "usr/bin/program.runfiles"
    assert {name for name, member in files.items() if not member.isdir()} == {
        "trees/tree/one",
        "trees/tree/below/two",
        "usr/bin/program",
        f"{runfiles}/_main/tests/rules/program",
        f"{runfiles}/_main/tests/rules/testdata/data.txt",
        f"{runfiles}/_main/tests/rules/tree/one",
        f"{runfiles}/_main/tests/rules/tree/below/two",
        f"{runfiles}/_main/a/link",
        f"{runfiles}/at/the/root",
        f"{runfiles}/_repo_mapping",
    }
    assert files["usr/bin/program"].mode == 0o755
    itself = files[f"{runfiles}/_main/tests/rules/program"]
    assert itself.linkname == "/usr/bin/program", "it is in the image once"


def test_authorities_of_ones_own() -> None:
    image = read_layout(MORE)
    files = entries(image, 1)
    with tarfile.open(image.layers[1]) as archive:
        keystore = archive.extractfile("etc/ssl/certs/java/cacerts")
        assert keystore and keystore.read().startswith(b"\xfe\xed\xfe\xed")
    assert "etc/ssl/certs/ca-certificates.crt" in files
    # Where OpenSSL looks by default.
    links = {name: member.linkname for name, member in files.items() if member.issym()}
    assert links["usr/lib/ssl/certs"] == "/etc/ssl/certs"
    assert links["usr/lib/ssl/cert.pem"].endswith("/etc/ssl/certs/ca-certificates.crt")


def test_accounts() -> None:
    image = read_layout(MORE)
    files = entries(image, 1)
    with tarfile.open(image.layers[1]) as archive:
        texts = [archive.extractfile(f"etc/{name}") for name in ("passwd", "group")]
        assert [text.read().decode() for text in texts if text] == [
            "app:x:1000:1000:The application:/home/app:/bin/app\n",
            "app:x:1000:\naudio:x:29:app\n",
        ]
    home = files["home/app"]
    assert (home.isdir(), home.mode, home.uid, home.gid) == (True, 0o750, 1000, 1000)
    assert "authorities and accounts" in [entry["created_by"] for entry in image.config["history"]]


def test_somebody_elses_tar() -> None:
    files = entries(read_layout(MORE), 2)
    assert files["from-a-tar/page.html"].mode == 0o640
    assert files["from-a-tar/page.html"].uid == 7
    assert files["from-a-tar/lib/x"].linkname == "../page.html"


def test_a_policy_leaves_files_of_a_tar_out() -> None:
    files = entries(read_layout(MORE), 3)
    assert {name for name, member in files.items() if not member.isdir()} == {
        "part-of-a-tar/page.html"
    }
