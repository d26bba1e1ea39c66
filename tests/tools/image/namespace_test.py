"""Wheels that share a namespace of Python may be in different layers of an image."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.tools.image.tiny_image import AMD64, Image
from tests.tools.workbench import Failed, Workbench

if TYPE_CHECKING:
    from pathlib import Path

DECLARATION = b"__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n"


def _layer(workbench: Workbench, directory: Path, name: str, source: bytes) -> tuple[Path, Path]:
    path = directory / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("shared/__init__.py", source)
        archive.writestr(f"shared/{name}.py", b"x = 1\n")
        for file in ("METADATA", "WHEEL", "RECORD"):
            archive.writestr(f"{name}-1.0.dist-info/{file}", b"")
    fragment = workbench.fragment(
        "wheel-fragment", ("origin", name), ("wheel", str(path)), ("prefix", "app")
    )
    return workbench.layer(fragment)


@pytest.mark.parametrize("other", [b"# another wheel\n" + DECLARATION, b""])
def test_declarations_in_two_layers(workbench: Workbench, tmp_path: Path, other: bytes) -> None:
    layers = [
        _layer(workbench, tmp_path, name, source)
        for name, source in (("one", DECLARATION), ("two", other))
    ]
    assert len(Image(workbench, AMD64, *layers).manifest["layers"]) == 2


def test_code_in_one_of_two_layers(workbench: Workbench, tmp_path: Path) -> None:
    one = _layer(workbench, tmp_path, "one", DECLARATION)
    two = _layer(workbench, tmp_path, "two", b"x = 1\n")
    with pytest.raises(Failed, match="in two layers"):
        Image(workbench, AMD64, one, two)
