"""How two images differ."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tools.inspect.tiny_image import image, layer
from tools.errors import PlinthError
from tools.inspect.difference import compare_images
from tools.inspect.difference_verb import report
from tools.inspect.image_facts import ImageFacts


def package(name: str, version: str) -> dict[str, str]:
    return {"name": name, "version": version, "architecture": "amd64", "source": name}


def old() -> ImageFacts:
    return image(
        layer({"usr/lib/x": b"1", "bin/sh": b"#!x\n"}, origin="x", package=package("x", "1")),
        layer({"usr/lib/y": b"y"}, origin="y", package=package("y", "1")),
        config={"User": "0", "Env": ["PATH=/bin", "A=1"], "Entrypoint": ["/app"]},
    )


def new() -> ImageFacts:
    component = {"type": "pypi", "name": "requests", "version": "2.0"}
    return image(
        layer({"usr/lib/x": b"22", "usr/lib/z": "x"}, origin="x", package=package("x", "2")),
        layer({"app": b"app"}, modes={"app": 0o644}, components=[component]),
        config={"User": "1000", "Env": ["PATH=/bin", "B=2"], "ExposedPorts": {"80/tcp": {}}},
    )


def names(changes: Any) -> list[tuple[str, str]]:
    return [(change.sign, change.name) for change in changes]


def test_packages_and_components() -> None:
    found = compare_images(old(), new())
    assert [(item.name, item.before, item.after) for item in found.packages] == [
        ("x", "1", "2"),
        ("y", "1", None),
    ]
    assert [(item.name, item.after) for item in found.components] == [("pypi: requests", "2.0")]


def test_files() -> None:
    found = compare_images(old(), new()).files
    assert [(item.sign, item.name, item.what, item.origin) for item in found] == [
        ("+", "app", "added", "//app:files"),
        ("-", "bin/sh", "removed", "x"),
        ("~", "usr/lib/x", "content", "x"),
        ("-", "usr/lib/y", "removed", "y"),
        ("+", "usr/lib/z", "added", "x"),
    ]


def test_modes_and_owners_are_differences() -> None:
    files = {"a": b"", "b": b""}
    changed = layer(files, modes={"a": 0o600})
    changed["entries"][1]["uid"] = 7
    found = compare_images(image(layer(files)), image(changed)).files
    assert [(item.name, item.what) for item in found] == [("a", "mode"), ("b", "uid")]


def test_configuration() -> None:
    found = compare_images(old(), new()).config
    assert names(found) == [
        ("-", "Entrypoint"),
        ("-", "Env A"),
        ("+", "Env B"),
        ("+", "ExposedPorts"),
        ("~", "User"),
    ]


def test_surface() -> None:
    found = compare_images(old(), new()).surface
    assert names(found["shell"]) == [("-", "bin/sh")]
    assert names(found["port"]) == [("+", "80/tcp")]
    assert names(found["root-user"]) == [("-", "0")]
    assert "setuid" not in found


def test_equal_images() -> None:
    assert compare_images(old(), old()).empty
    assert "The images have the same content and configuration." in report([old()], [old()]).text()


def test_the_report_tells_it_in_three_forms() -> None:
    found = report([old()], [new()])
    text = found.text()
    assert "~ x       1       2" in text
    assert "shells" in text
    assert "~ usr/lib/x  content  +1 B" in text
    assert "| ~ x | 1 | 2 |" in found.markdown()
    (document,) = found.document["differences"]
    assert document["files"][2] == {
        "path": "usr/lib/x",
        "change": "content",
        "origin": "x",
        "size_before": 1,
        "size_after": 2,
    }
    assert document["surface"]["port"] == {"added": ["80/tcp"], "removed": []}


def test_a_long_list_of_files_is_cut_in_the_text_alone() -> None:
    many = image(layer({f"data/{number:03}": b"" for number in range(100)}))
    found = report([image()], [many])
    assert "… 60 more; the JSON report has them all" in found.text()
    assert len(found.document["differences"][0]["files"]) == 100


def test_images_for_different_platforms_cannot_be_compared() -> None:
    arm = image(architecture="arm64")
    with pytest.raises(PlinthError, match="no two images are for one platform"):
        report([arm, arm], [image(), image()])
