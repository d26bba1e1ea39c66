"""Images of several platforms in one index, and images taken out of layouts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.tools.workbench import Failed, Workbench
from tools.image.validate import find_problems

if TYPE_CHECKING:
    from pathlib import Path


def make_image(workbench: Workbench, architecture: str) -> Path:
    """Make a directory with config, manifest and descriptor of an image without layers."""
    directory = workbench.directory / f"made-{architecture}"
    directory.mkdir()
    workbench.run(
        "image",
        ("config", {"architecture": architecture, "cmd": [architecture]}),
        ("out_config", str(directory / "config")),
        ("out_manifest", str(directory / "manifest")),
        ("out_image", str(directory / "image")),
    )
    return directory


def make_index(workbench: Workbench, *images: Path) -> Path:
    out = workbench.directory / "index"
    workbench.run(
        "index",
        *(("image", str(image / "image")) for image in images),
        ("annotations", {"a": "b"}),
        ("out_index", str(out)),
    )
    return out


def make_layout(workbench: Workbench, *images: Path, ref: str = "latest") -> Path:
    out = workbench.directory / "layout"
    index = [("index", str(make_index(workbench, *images)))] if len(images) > 1 else []
    workbench.run(
        "layout",
        *(
            (
                "image",
                {
                    "config": str(image / "config"),
                    "layers": [],
                    "manifest": str(image / "manifest"),
                },
            )
            for image in images
        ),
        *index,
        ("ref", ref),
        ("out", str(out)),
    )
    return out


def take(workbench: Workbench, layout: Path, architecture: str, **more: str) -> dict[str, Any]:
    """Take an image out of a layout; gives its config."""
    out = workbench.directory / "taken"
    workbench.run(
        "layout-image",
        ("layout", str(layout)),
        *([("architecture", architecture)] if architecture else ()),
        *more.items(),
        ("out_config", str(out)),
        ("out_manifest", str(out) + ".manifest"),
        ("out_image", str(out) + ".image"),
    )
    config: dict[str, Any] = json.loads(out.read_text())
    return config


@pytest.fixture
def images(workbench: Workbench) -> list[Path]:
    return [make_image(workbench, architecture) for architecture in ("amd64", "arm64", "armhf")]


def test_an_index_names_each_platform(workbench: Workbench, images: list[Path]) -> None:
    index = json.loads(make_index(workbench, *images).read_text())
    assert [item["platform"]["architecture"] for item in index["manifests"]] == [
        "amd64",
        "arm64",
        "arm",
    ]
    assert index["annotations"] == {"a": "b"}


def test_an_index_names_a_platform_once(workbench: Workbench, images: list[Path]) -> None:
    with pytest.raises(Failed, match="two images are for linux/amd64"):
        make_index(workbench, images[0], images[1], images[0])


def test_an_index_of_nothing(workbench: Workbench) -> None:
    with pytest.raises(Failed, match="no images"):
        make_index(workbench)


def test_the_image_for_a_platform_is_taken(workbench: Workbench, images: list[Path]) -> None:
    layout = make_layout(workbench, *images)
    assert find_problems(str(layout)) == []
    assert take(workbench, layout, "amd64")["config"]["Cmd"] == ["amd64"]
    assert take(workbench, layout, "arm64")["config"]["Cmd"] == ["arm64"]
    assert take(workbench, layout, "arm", variant="v7")["config"]["Cmd"] == ["armhf"]


def test_no_image_for_a_platform(workbench: Workbench, images: list[Path]) -> None:
    with pytest.raises(Failed, match="none of its images is for s390x"):
        take(workbench, make_layout(workbench, *images), "s390x")


def test_the_only_image_is_for_another_platform(workbench: Workbench, images: list[Path]) -> None:
    with pytest.raises(Failed, match=r"for amd64, not for arm64|none of its images is for arm64"):
        take(workbench, make_layout(workbench, images[0]), "arm64")


def test_without_a_platform_the_layout_has_one_image(
    workbench: Workbench, images: list[Path]
) -> None:
    assert take(workbench, make_layout(workbench, images[1]), "")["config"]["Cmd"] == ["arm64"]
    with pytest.raises(Failed, match="3 of its images are for Linux"):
        take(workbench, make_layout(workbench, *images), "")


def test_the_index_of_a_layout_is_taken(workbench: Workbench, images: list[Path]) -> None:
    out = workbench.directory / "taken-index"
    layout = make_layout(workbench, *images)
    workbench.run("layout-image", ("layout", str(layout)), ("out_index", str(out)))
    assert out.read_bytes() == (workbench.directory / "index").read_bytes()
    single = workbench.directory / "layout"
    path = single / "index.json"
    path.write_text(json.dumps({"schemaVersion": 2, "manifests": []}))
    with pytest.raises(Failed, match="0 of its entries are indexes of images, not 1"):
        workbench.run("layout-image", ("layout", str(single)), ("out_index", str(out)))


def test_an_image_is_chosen_by_name(workbench: Workbench, images: list[Path]) -> None:
    layout = make_layout(workbench, images[0], ref="1.0")
    path = layout / "index.json"
    index = json.loads(path.read_text())
    other = {**index["manifests"][0], "annotations": {"org.opencontainers.image.ref.name": "2.0"}}
    path.write_text(json.dumps({**index, "manifests": [*index["manifests"], other]}))
    with pytest.raises(Failed, match="2 of its images are for amd64\n  say which one: ref = NAME"):
        take(workbench, layout, "amd64")
    assert take(workbench, layout, "amd64", ref="2.0")["config"]["Cmd"] == ["amd64"]
    with pytest.raises(Failed, match=r"named '3\.0'"):
        take(workbench, layout, "amd64", ref="3.0")


def test_a_damaged_layout(workbench: Workbench, images: list[Path]) -> None:
    layout = make_layout(workbench, images[0])
    for blob in layout.glob("blobs/sha256/*"):
        blob.write_bytes(b"{}")
    with pytest.raises(Failed, match="its content is another one"):
        take(workbench, layout, "amd64")


def test_what_is_no_layout(workbench: Workbench, tmp_path: Path) -> None:
    with pytest.raises(Failed, match="not an OCI image layout"):
        take(workbench, tmp_path, "amd64")
