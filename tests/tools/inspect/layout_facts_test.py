"""Images of other tools, read from their layouts; and the program that people run."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tests.tools.elf_builder import Elf
from tools.inspect.commands import main
from tools.inspect.layout_facts import read_layout

STATUS = b"""\
Package: libx
Status: install ok installed
Version: 1.2-3
Architecture: amd64
Source: x (1.2)

Package: gone
Status: deinstall ok config-files
Version: 1
"""


def tar(files: dict[str, bytes | str]) -> bytes:
    """Return a gzip-compressed layer; a string is the target of a symbolic link."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.mode = 0o755
            if isinstance(content, str):
                member.type, member.linkname = tarfile.SYMTYPE, content
                archive.addfile(member)
            else:
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
    return gzip.compress(out.getvalue(), mtime=0)


class Layout:
    """A layout directory as any tool would write it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.joinpath("blobs/sha256").mkdir(parents=True)

    def blob(self, content: bytes, media_type: str) -> dict[str, Any]:
        """Write a blob; gives its descriptor."""
        digest = hashlib.sha256(content).hexdigest()
        self.path.joinpath("blobs/sha256", digest).write_bytes(content)
        return {"digest": f"sha256:{digest}", "size": len(content), "mediaType": media_type}

    def image(self, *layers: dict[str, bytes | str], **config: Any) -> str:
        """Write an image; gives the path of the layout."""
        document = {
            "os": "linux",
            "architecture": "amd64",
            "config": config,
            "rootfs": {"type": "layers", "diff_ids": ["sha256:" + "0" * 64] * len(layers)},
            "history": [{"created_by": f"step {number}"} for number in range(len(layers))],
        }
        manifest: dict[str, Any] = {
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": self.blob(
                json.dumps(document).encode(), "application/vnd.oci.image.config.v1+json"
            ),
            "layers": [
                self.blob(tar(files), "application/vnd.oci.image.layer.v1.tar+gzip")
                for files in layers
            ],
        }
        described = self.blob(json.dumps(manifest).encode(), manifest["mediaType"])
        index = {"schemaVersion": 2, "manifests": [described]}
        self.path.joinpath("index.json").write_text(json.dumps(index))
        return str(self.path)


@pytest.fixture
def one(tmp_path: Path) -> str:
    files: dict[str, bytes | str] = {
        "./usr/bin/app": Elf(executable=True).build(),
        "usr/bin/script": b"#!/bin/sh\n",
        "usr/bin/link": "app",
        "var/lib/dpkg/status": STATUS,
    }
    return Layout(tmp_path / "one").image(files, {"usr/bin/.wh.link": b"", "data": b"1"})


@pytest.fixture
def two(tmp_path: Path) -> str:
    files: dict[str, bytes | str] = {"usr/bin/app": b"#!/bin/sh\n", "bin/sh": b"\x7fELF"}
    return Layout(tmp_path / "two").image(files, Cmd=["/usr/bin/app"])


def test_facts_are_made_of_any_layer(one: str) -> None:
    (image,) = read_layout(one)
    assert set(image.entries) == {
        "usr/bin/app", "usr/bin/script", "var/lib/dpkg/status", "data",
    }  # fmt: skip
    assert image.entries["usr/bin/script"]["shebang"] == "/bin/sh"
    assert image.entries["usr/bin/app"]["elf"]["type"] == "executable"
    assert image.entries["data"]["origin"] == "step 1"
    assert {name: item["version"] for name, item in image.packages.items()} == {"libx": "1.2-3"}
    assert image.packages["libx"]["source"] == "x"


def test_the_program_checks_closures(one: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["closure", one]) == 1
    assert "usr/bin/script (step 0): is run by /bin/sh" in capsys.readouterr().out


def test_the_program_reports_surfaces(one: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["surface", one, "--format", "json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["images"]
    assert found["lists"]["executable"] == ["usr/bin/app", "usr/bin/script"]


def test_the_program_compares(one: str, two: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", one, two, "--format", "markdown"]) == 0
    output = capsys.readouterr().out
    assert output.startswith(f"## From {one} to {two}\n")
    assert "| - libx | 1.2-3 |  |" in output


def test_the_program_works_out_transfers(
    one: str, two: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["transfer", one, two, "--nodes", "7"]) == 0
    assert "linux/amd64, 7 nodes" in capsys.readouterr().out
    assert main(["transfer", two]) == 0
    assert capsys.readouterr().out.startswith("Transfer from nothing to ")
    (found,) = read_layout(one)
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps(found.manifest))
    assert main(["transfer", str(manifest), one, "--format", "json"]) == 0
    (transfer,) = json.loads(capsys.readouterr().out)["transfers"]
    assert transfer["warm_bytes"] == 0


def test_the_program_unpacks(one: str, tmp_path: Path) -> None:
    root = tmp_path / "root"
    assert main(["unpack", one, str(root)]) == 0
    assert root.joinpath("usr/bin/script").read_text() == "#!/bin/sh\n"
    assert not root.joinpath("usr/bin/link").is_symlink()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["surface", "nothing"], "nothing: neither a layout directory, nor a manifest, nor a"),
        (["surface", "."], "index.json"),
        (["slice", ".", "--trace", "x", "--out", "y"], "does not say which package"),
        (["slice", "//x", "--out", "y"], "nothing says what is used"),
        (["slice", "//x", "--imports", "x", "--out", "y"], "--imports reads source: give the"),
        (["slice", "//x", "--trace", "gone", "--out", "y"], "gone"),
        (["unpack", "gone", "root"], "gone/index.json"),
    ],
)
def test_wrong_calls(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("BUILD_WORKING_DIRECTORY", str(tmp_path))
    assert main(arguments) == 1
    assert message in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
