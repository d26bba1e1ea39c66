"""Stacked layers, as a container sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tools.errors import PlinthError
from tools.inspect.image_facts import ImageFacts
from tools.layer.whiteouts import merge_layers

if TYPE_CHECKING:
    from tools.layer.facts import Entry, Facts


def layer(*paths: str) -> Facts:
    """Facts of a layer; a path that ends in a slash is a directory."""
    entries: list[Entry] = [
        {"path": path.rstrip("/"), "type": "directory" if path.endswith("/") else "file"}
        for path in paths
    ]
    return {"entries": entries, "packages": []}


def test_later_layers_replace_earlier_ones() -> None:
    merged = merge_layers([layer("a/", "a/x", "b"), layer("a/", "a/y", "b/", "b/z")])
    assert {path: entry["type"] for path, entry in merged.items()} == {
        "a": "directory", "a/x": "file", "a/y": "file", "b": "directory", "b/z": "file",
    }  # fmt: skip


def test_a_file_in_place_of_a_directory_takes_what_is_below() -> None:
    assert list(merge_layers([layer("a/", "a/x", "ab"), layer("a")])) == ["a", "ab"]


def test_a_whiteout_takes_a_path_and_what_is_below() -> None:
    merged = merge_layers([layer("a/", "a/x", "ab", "c"), layer(".wh.a", ".wh.nothing")])
    assert list(merged) == ["ab", "c"]


def test_an_opaque_directory_keeps_only_its_own_layer() -> None:
    merged = merge_layers([layer("a/", "a/x", "b"), layer("a/", "a/.wh..wh..opq", "a/y")])
    assert list(merged) == ["a", "b", "a/y"]


def image(config: dict[str, Any], layers: int = 0) -> ImageFacts:
    return ImageFacts("//x:image", config, {"layers": [{}] * layers}, ())


@pytest.mark.parametrize(
    ("config", "debian"),
    [
        ({"architecture": "amd64"}, "amd64"),
        ({"architecture": "arm64"}, "arm64"),
        ({"architecture": "arm64", "variant": "v8"}, "arm64"),
        ({"architecture": "arm", "variant": "v7"}, "armhf"),
        ({"architecture": "arm", "variant": "v5"}, "armel"),
        ({"architecture": "386"}, "i386"),
        ({"architecture": "ppc64le"}, "ppc64el"),
    ],
)
def test_architecture_in_debians_terms(config: dict[str, str], debian: str) -> None:
    assert image(config).architecture == debian


def test_an_architecture_that_debian_has_not() -> None:
    with pytest.raises(PlinthError, match="//x:image: linux/wasm is not an architecture of Debian"):
        _ = image({"os": "linux", "architecture": "wasm"}).architecture


def test_says_when_facts_are_missing() -> None:
    with pytest.raises(PlinthError, match="the lowest 2 of 2 have none"):
        image({}, layers=2).require_facts("the check")
