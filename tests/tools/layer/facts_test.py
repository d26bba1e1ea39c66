"""Files of facts that cannot be read, and layers that hold what no layer of packages does."""

from __future__ import annotations

import gzip
import hashlib
import tarfile
from typing import TYPE_CHECKING

import pytest

from tools.layer.facts import FactsError, read_facts, read_shared_facts
from tools.layer.foreign_layer import ForeignLayerError, read_foreign_layer

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", ": "),
        ("[]", ": not a facts file of version "),
        ('{"version": 0}', ": not a facts file of version "),
    ],
)
def test_facts_that_cannot_be_read(text: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "layer.json"
    file.write_text(text)
    with pytest.raises(FactsError) as refused:
        read_facts(str(file))
    assert str(refused.value).startswith(f"{file}{message}")


def test_shared_facts_are_parsed_once(tmp_path: Path) -> None:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    for file in (first, second):
        file.write_text('{"version": 1, "entries": []}')
    assert read_shared_facts(str(first)) is read_shared_facts(str(second))
    first.write_text('{"version": 1, "entries": [], "digest": "sha256:0"}')
    assert read_shared_facts(str(first))["digest"] == "sha256:0"


def test_a_list_of_packages_that_is_none(tmp_path: Path) -> None:
    # The header alone: the size that it states is enough.
    member = tarfile.TarInfo("var/lib/dpkg/status")
    member.size = 1 << 30
    blob = gzip.compress(member.tobuf(tarfile.GNU_FORMAT))
    file = tmp_path / "layer"
    file.write_bytes(blob)
    described = {
        "digest": "sha256:" + hashlib.sha256(blob).hexdigest(),
        "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip",
        "size": len(blob),
    }
    with pytest.raises(ForeignLayerError) as refused:
        read_foreign_layer(str(file), described, "")
    assert str(refused.value) == (
        "var/lib/dpkg/status: 1073741824 bytes, which is no list of packages"
    )
