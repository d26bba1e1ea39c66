"""What a node pulls."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.tools.inspect.tiny_image import image, layer
from tools.errors import PlinthError
from tools.image.config import canonical
from tools.inspect.image_facts import ImageFacts
from tools.inspect.transfer import plan_transfer
from tools.inspect.transfer_verb import report

BASE = layer({"lib": bytes(1000)}, origin="base")
OLD = layer({"app": b"old" * 100, "data": b"same" * 100})
NEW = layer({"app": b"new" * 100, "data": b"same" * 100})


def metadata(found: ImageFacts) -> int:
    return len(canonical(found.manifest)) + int(found.manifest["config"]["size"])


def test_a_cold_node_pulls_everything() -> None:
    new = image(BASE, NEW)
    transfer = plan_transfer(None, new)
    assert transfer.cold == transfer.warm == metadata(new) + 1000 + 700


def test_a_warm_node_pulls_the_layers_that_changed() -> None:
    new = image(BASE, NEW)
    transfer = plan_transfer(image(BASE, OLD), new)
    assert [layer.held for layer in transfer.layers] == [True, False]
    assert transfer.cold == metadata(new) + 1700
    assert transfer.warm == metadata(new) + 700


def test_a_lazy_node_leaves_out_the_files_it_has() -> None:
    new = image(BASE, NEW)
    transfer = plan_transfer(image(BASE, OLD), new)
    contents = transfer.layers[1].lazy
    assert contents is not None
    assert contents < 300 + 2 * 100  # one file of 300 bytes, and a table of contents
    assert transfer.lazy == metadata(new) + contents


def test_the_same_image_needs_nothing() -> None:
    found = image(BASE, OLD)
    assert plan_transfer(found, found).warm == 0
    assert plan_transfer(found, found).lazy == 0


def test_layers_without_facts_are_known_by_their_descriptors() -> None:
    old = ImageFacts("old.json", {}, image(BASE, OLD).manifest, ())
    new = ImageFacts(
        "new.json",
        {"history": [{"created_by": "one"}, {"empty_layer": True}, {"created_by": "two"}]},
        image(BASE, NEW).manifest,
        (),
    )
    transfer = plan_transfer(old, new)
    assert transfer.warm == metadata(new) + 700
    assert transfer.lazy is None
    assert [layer.created_by for layer in transfer.layers] == ["one", "two"]


def test_the_report_counts_nodes_and_names_layers() -> None:
    text = report({"": ([image(BASE, OLD)], [image(BASE, NEW)])}, 100).text()
    assert text.startswith("Transfer from //app:image to //app:image\n")
    assert "linux/amd64, 100 nodes" in text
    assert "test: base" in text
    assert "has it" in text
    (document,) = report({"": ([], [image(BASE)])}, 1).document["transfers"]
    assert document["old"] is None
    assert document["cold_bytes"] == document["warm_bytes"]


def test_images_of_an_index_go_by_platform() -> None:
    arm = replace(image(BASE, OLD), config={"os": "linux", "architecture": "arm64"})
    found = report({"": ([image(BASE), arm], [arm, image(BASE, NEW)])}, 1).document["transfers"]
    assert [item["platform"] for item in found] == ["linux/arm64", "linux/amd64"]
    assert found[0]["warm_bytes"] == 0
    assert found[1]["warm_bytes"] > 700


def test_there_must_be_somewhere_to_go() -> None:
    with pytest.raises(PlinthError, match="no new image"):
        report({"": ([image(BASE)], [])}, 1)
