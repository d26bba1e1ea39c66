"""Hostile layouts: each is one clear error that names the file, in every reader of layouts."""

from __future__ import annotations

import copy
import gzip
import hashlib
import io
import json
import tarfile
from typing import TYPE_CHECKING, Any

import pytest

from tests.tools.workbench import Failed, Workbench
from tools.errors import PlinthError
from tools.image.validate import find_problems
from tools.inspect.layout_facts import read_layout

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


def tar(name: str = "etc/name") -> bytes:
    """Return an archive of one file."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(tarfile.TarInfo(name))
    return out.getvalue()


Change = tuple[str, tuple[str | int, ...], Any]
"""A document, the path of a field in it, and its new value; ``...`` takes the field away."""


class Layout:
    """A directory with an index, an index within it, an image and a layer, some of it changed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.joinpath("blobs/sha256").mkdir(parents=True)
        path.joinpath("oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')

    def blob(self, content: bytes, media_type: str, **more: Any) -> dict[str, Any]:
        """Write a blob; gives its descriptor."""
        digest = hashlib.sha256(content).hexdigest()
        self.path.joinpath("blobs/sha256", digest).write_bytes(content)
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(content), **more}

    def write(self, *changes: Change, layer: bytes | None = None, raw: bytes = b"") -> str:
        """Write all of it; gives the path."""

        def changed(name: str, document: dict[str, Any]) -> bytes:
            document = copy.deepcopy(document)
            for where, path, value in changes:
                if where != name:
                    continue
                inner: Any = document
                for step in path[:-1]:
                    inner = inner[step]
                if value is ...:
                    del inner[path[-1]]
                else:
                    inner[path[-1]] = value
            return json.dumps(document).encode()

        content = tar() if layer is None else layer
        described = self.blob(gzip.compress(content, mtime=0), LAYER)
        config = {
            "os": "linux",
            "architecture": "amd64",
            "rootfs": {
                "type": "layers",
                "diff_ids": [f"sha256:{hashlib.sha256(content).hexdigest()}"],
            },
            "history": [{"created_by": "test"}],
            "config": {"Env": ["A=b"]},
        }
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": self.blob(changed("config", config), CONFIG),
            "layers": [described],
        }
        image = self.blob(
            raw or changed("manifest", manifest),
            MANIFEST,
            platform={"os": "linux", "architecture": "amd64"},
        )
        nested = {"schemaVersion": 2, "mediaType": INDEX, "manifests": [image]}
        inner = self.blob(changed("nested", nested), INDEX)
        index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": [inner]}
        self.path.joinpath("index.json").write_bytes(changed("index", index))
        return str(self.path)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path / "layout")


def inspect(layout: str, _: Workbench) -> None:
    read_layout(layout)


def take(layout: str, workbench: Workbench) -> None:
    out = str(workbench.directory / "taken")
    try:
        workbench.run(
            "layout-image",
            ("layout", layout),
            ("architecture", "amd64"),
            *((f"out_{kind}", f"{out}.{kind}") for kind in ("config", "manifest", "image")),
        )
    except Failed as error:
        raise PlinthError(str(error)) from error


READERS = pytest.mark.parametrize("reader", [inspect, take])


def refused(reader: Callable[[str, Workbench], None], layout: str, workbench: Workbench) -> str:
    """Return the message of the error."""
    with pytest.raises(PlinthError) as caught:
        reader(layout, workbench)
    message = str(caught.value)
    assert layout in message
    assert message.isascii()
    assert len(message) < 500
    assert not list(workbench.directory.glob("taken.*"))
    return message


WRONG: tuple[Any, ...] = (1, [], {}, "", "x", "../../x", True, 1.5, [1], {"a": 1}, "\x1b[31m", "é")
TEXTS = tuple(value for value in WRONG if not isinstance(value, str))
LISTS: tuple[Any, ...] = (1, {"a": 1}, "x", True, [1], [None], [{}], [[]])
DIGESTS = (
    *WRONG, None, ..., "sha256:", "sha256:../../../../etc/passwd", "sha256:" + "0" * 64,
    "sha256:" + "A" * 64, "../x:y", "sha256:/etc/passwd", "md5:" + "0" * 32, "sha256:\x00",
)  # fmt: skip
SIZES: tuple[Any, ...] = ("1", -1, None, ..., 1 << 60, 10**30, 1.5, True, [], 0, 1)
CASES: list[Change] = [
    (name, path, value)
    for name, path, values in (
        ("index", ("manifests",), (*LISTS, None, ...)),
        ("index", ("schemaVersion",), (*WRONG, None, ..., "2", 1)),
        ("index", ("mediaType",), (*WRONG, MANIFEST)),
        ("index", ("manifests", 0, "mediaType"), (*WRONG, None, ..., MANIFEST)),
        ("index", ("manifests", 0, "digest"), DIGESTS),
        ("index", ("manifests", 0, "size"), SIZES),
        ("index", ("manifests", 0, "annotations"), (1, "x", [1], {"a": 1}, {"a": None})),
        ("nested", ("manifests",), (*LISTS, None, ...)),
        ("nested", ("manifests", 0, "digest"), DIGESTS),
        ("nested", ("manifests", 0, "size"), SIZES),
        ("nested", ("manifests", 0, "platform"), (1, "x", [1], {"os": 1}, {"os": "linux"})),
        ("manifest", ("layers",), (*LISTS, None, ...)),
        ("manifest", ("config",), (1, "x", [1], {}, None, ...)),
        ("manifest", ("config", "digest"), DIGESTS),
        ("manifest", ("config", "size"), SIZES),
        ("manifest", ("layers", 0, "digest"), DIGESTS[:-13]),
        ("manifest", ("layers", 0, "size"), SIZES[:-2]),
        ("manifest", ("layers", 0, "mediaType"), (*WRONG, None, ...)),
        ("manifest", ("annotations",), (1, "x", [1], {"a": 1})),
        ("manifest", ("manifests",), ([],)),
        ("config", ("architecture",), (*WRONG[:4], *WRONG[5:], None, ..., "x" * 300)),
        ("config", ("variant",), (1, [1], {"a": 1}, "../x", "x\x00")),
        ("config", ("rootfs",), (1, [], "x", None, ...)),
        ("config", ("rootfs", "diff_ids"), (1, {}, "x", None, ..., [], [1], [None], ["x"])),
        ("config", ("history",), (1, {"a": 1}, "x", [1], [None], [[]])),
        ("config", ("history", 0, "created_by"), TEXTS),
        ("config", ("history", 0, "empty_layer"), (1, "x", [], {})),
        ("config", ("config",), (1, "x", [1])),
        ("config", ("config", "Env"), (1, {"a": 1}, "x", [1], [None], True)),
        ("config", ("config", "Cmd"), (1, {"a": 1}, "x", [1], [None], True)),
        ("config", ("config", "Entrypoint"), (1, {"a": 1}, "x", [1], [None], True)),
        ("config", ("config", "User"), TEXTS),
        ("config", ("config", "WorkingDir"), TEXTS),
        ("config", ("config", "Labels"), (1, "x", [1], {"a": 1}, {"a": None})),
        ("config", ("config", "Volumes"), (1, "x", [1])),
        ("config", ("config", "ExposedPorts"), (1, "x", [1])),
    )
    for value in values
]


def test_a_sound_layout(layout: Layout, workbench: Workbench) -> None:
    path = layout.write()
    take(path, workbench)
    assert len(read_layout(path)) == 1
    assert find_problems(path) == []


@READERS
def test_each_field(
    reader: Callable[[str, Workbench], None], tmp_path: Path, workbench: Workbench
) -> None:
    for number, case in enumerate(CASES):
        path = Layout(tmp_path / str(number)).write(case)
        try:
            refused(reader, path, workbench)
        except BaseException:
            print(case)
            raise


def test_each_field_is_validated(tmp_path: Path) -> None:
    for number, case in enumerate(CASES):
        problems = find_problems(Layout(tmp_path / str(number)).write(case))
        # What is not known may be there for other tools.
        optional = case[1][-1] in {"annotations", "variant", "platform", "created_by", "manifests"}
        optional = optional or case[1][-1] in {"empty_layer", "User"}
        assert problems or optional, case
        assert all(line.isascii() for line in problems), case


BODIES = [
    b"", b"[]", b"{}", b"1", b"null", b"not JSON", b"\xff\xfe{}", b"[" * 100_000,
    b'{"a":' * 100_000, b'{"schemaVersion": NaN}', b'{"schemaVersion": ' + b"9" * 5000 + b"}",
    b'{"schemaVersion": 2, "schemaVersion": 2}', b'{"\\ud800": 2}',
]  # fmt: skip


@READERS
@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_bodies(
    reader: Callable[[str, Workbench], None], layout: Layout, workbench: Workbench, body: bytes
) -> None:
    path = layout.write(raw=body or b" ")
    refused(reader, path, workbench)
    assert find_problems(path)
    layout.path.joinpath("index.json").write_bytes(body)
    refused(reader, path, workbench)
    assert find_problems(path)


@READERS
def test_an_index_that_contains_itself(
    reader: Callable[[str, Workbench], None], layout: Layout, workbench: Workbench
) -> None:
    name = "0" * 64
    index = {
        "schemaVersion": 2,
        "mediaType": INDEX,
        "manifests": [{"mediaType": INDEX, "digest": f"sha256:{name}", "size": 300}],
    }
    content = json.dumps(index).encode().ljust(300)
    layout.path.joinpath("blobs/sha256", name).write_bytes(content)
    layout.path.joinpath("index.json").write_bytes(content)
    assert "its content is another one" in refused(reader, str(layout.path), workbench)
    assert find_problems(str(layout.path))


def test_indexes_that_name_one_another_many_times(layout: Layout) -> None:
    """2⁴⁰ ways lead to the image; each document is read once."""
    layout.write()
    path = layout.path / "index.json"
    for _ in range(40):
        index = json.loads(path.read_text())
        described = layout.blob(json.dumps(index).encode(), INDEX)
        path.write_text(json.dumps({**index, "manifests": [described, described]}))
    assert len(read_layout(str(layout.path))) == 1
    assert find_problems(str(layout.path)) == []


@pytest.mark.parametrize(
    "layer", [b"x" * 1024, tar("../../x"), tar()[:700], tar() + tar(), b"\x1f\x8bx"]
)
def test_damaged_layers(layout: Layout, workbench: Workbench, layer: bytes) -> None:
    path = layout.write(layer=layer)
    if layer != tar() + tar():  # what follows the end of an archive belongs to no file
        assert "/blobs/sha256/" in refused(inspect, path, workbench)
        assert find_problems(path)


def test_other_systems_and_artifacts_are_no_images(layout: Layout, workbench: Workbench) -> None:
    path = layout.write(
        ("config", ("os",), "windows"), ("nested", ("manifests", 0, "platform"), {})
    )
    assert "no image for Linux" in refused(inspect, path, workbench)
    path = layout.write(("manifest", ("config", "mediaType"), "application/x"))
    assert "no image for Linux" in refused(inspect, path, workbench)
    assert "an artifact" in refused(take, path, workbench)


def test_texts_of_an_image_reach_no_terminal(layout: Layout) -> None:
    (image,) = read_layout(layout.write(("config", ("history", 0, "created_by"), "RUN\t\x1b[31mx")))
    assert image.layers[0]["created_by"] == "RUN  [31mx"
