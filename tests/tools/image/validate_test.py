"""The validator of layouts: what breaks the spec is noticed, each by its own sentence."""

from __future__ import annotations

import gzip
import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.tools.deb_builder import Deb, Entry
from tests.tools.elf_builder import Elf
from tests.tools.workbench import Failed, Workbench
from tools.image.validate import find_problems

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

from tests.tools.image.tiny_image import AMD64, Image, link


def edit(name: str, change: Callable[[dict[str, Any]], Any]) -> Callable[[Path], None]:
    def apply(layout: Path) -> None:
        path = layout / name
        document = json.loads(path.read_text())
        change(document)
        path.write_text(json.dumps(document))

    return apply


def blobs(layout: Path) -> list[Path]:
    return sorted((layout / "blobs/sha256").iterdir(), key=lambda path: path.stat().st_size)


def replace_layer(data: bytes) -> Callable[[Path], None]:
    """Exchange the layer's content and mend every digest above it, but for the diff_id."""

    def apply(layout: Path) -> None:
        index = json.loads((layout / "index.json").read_text())
        (described,) = index["manifests"]
        directory = layout / "blobs/sha256"

        def store(content: bytes) -> dict[str, Any]:
            digest = hashlib.sha256(content).hexdigest()
            (directory / digest).write_bytes(content)
            return {"digest": f"sha256:{digest}", "size": len(content)}

        manifest = json.loads((directory / described["digest"][7:]).read_text())
        manifest["layers"][0].update(store(data))
        described.update(store(json.dumps(manifest).encode()))
        (layout / "index.json").write_text(json.dumps(index))

    return apply


BROKEN: dict[str, tuple[Callable[[Path], Any], str]] = {
    "no oci-layout": (lambda layout: (layout / "oci-layout").unlink(), "oci-layout: No such file"),
    "other version": (
        edit("oci-layout", lambda marker: marker.update(imageLayoutVersion="2")),
        "oci-layout: wrong version",
    ),
    "no index": (lambda layout: (layout / "index.json").unlink(), "index.json: No such file"),
    "no manifests": (edit("index.json", lambda index: index.clear()), "no manifests"),
    "wrong size": (
        edit("index.json", lambda index: index["manifests"][0].update(size=1)),
        "described as 1",
    ),
    "bad digest": (
        edit("index.json", lambda index: index["manifests"][0].update(digest="sha256:../x")),
        "is not a sha256 digest",
    ),
    "wrong platform": (
        edit("index.json", lambda index: index["manifests"][0]["platform"].update(os="plan9")),
        "platform os is not the config's",
    ),
    "bad reference": (
        edit(
            "index.json",
            lambda index: index["manifests"][0]["annotations"].update(
                {"org.opencontainers.image.ref.name": "a b"}
            ),
        ),
        "bad ref",
    ),
    "missing blob": (lambda layout: blobs(layout)[0].unlink(), "No such file"),
    "changed blob": (lambda layout: blobs(layout)[0].write_bytes(b"x"), "its content is sha256:"),
    "linked blob": (
        lambda layout: (layout / "link").symlink_to(blobs(layout)[0]),
        "link: a symbolic link",
    ),
    "damaged gzip": (replace_layer(b"no gzip"), "damaged gzip"),
    "other content": (replace_layer(gzip.compress(bytes(1024))), "unpacks to"),
    "no tar": (replace_layer(gzip.compress(b"x" * 1024)), "tar without an end"),
    "not whole blocks": (replace_layer(gzip.compress(bytes(1025))), "whole blocks"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_the_validator_notices(workbench: Workbench, case: str) -> None:
    damage, message = BROKEN[case]
    image = Image(workbench, AMD64, workbench.layer(link(workbench, "usr/a")))
    layout, _ = image.layout()
    for path in blobs(layout):
        content = path.read_bytes()
        path.unlink()  # it may be a hard link to the layer
        path.write_bytes(content)
    damage(layout)
    assert any(message in problem for problem in find_problems(str(layout)))
    with pytest.raises(Failed, match="is no valid OCI image layout"):
        workbench.run("validate", ("layout", str(layout)))


@pytest.mark.parametrize(
    ("config", "wanted"),
    [
        ({}, ["/usr/bin/prog (prog-base) is a script that /bin/sh runs"]),
        ({"entrypoint": ["/usr/bin/prog"]}, ["/usr/bin/prog (prog-base)"]),
        ({"entrypoint": ["other"]}, ["/usr/bin/other (prog-base) is a script that perl runs"]),
        ({"entrypoint": ["/usr/bin/app"]}, []),
    ],
)
def test_a_script_that_nothing_can_run_is_reported(
    workbench: Workbench, config: dict[str, Any], wanted: list[str]
) -> None:
    entries = [
        Entry("usr/bin/prog", b"#!/bin/sh\n", 0o755),
        Entry("usr/bin/other", b"#!/usr/bin/env perl\n", 0o755),
        Entry("usr/bin/env", mode=0o755),
        Entry("usr/bin/app", Elf(interpreter="/lib/ld.so").build(), 0o755),
    ]
    programs = workbench.layer(
        workbench.package(Deb(entries, "prog-base"), ("origin", "prog-base"))
    )
    printed = Image(workbench, {**AMD64, **config}, programs).printed
    assert len(printed.splitlines()) == len(wanted)
    assert all(f"warning: {each}" in printed for each in wanted)
    link = ("symlink", {"path": "bin/sh", "target": "/usr/bin/app"})
    shell = workbench.layer(workbench.fragment("files-fragment", ("origin", "//:sh"), link))
    assert "/bin/sh" not in Image(workbench, {**AMD64, **config}, programs, shell).printed
