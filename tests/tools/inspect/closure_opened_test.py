"""Shared libraries that Python packages open by name."""

from __future__ import annotations

import pytest

from tests.tools.inspect.tiny_image import image, layer
from tools.inspect.closure import check_closure


@pytest.mark.parametrize(
    ("present", "note"),
    [
        ("", "opens libpango-1.0.so.0 by name, and the image lacks it"),
        ("usr/lib/x86_64-linux-gnu/libpango-1.0.so.0", ""),
        ("usr/local/lib/python3.13/dist-packages/pango.libs/libpango-1.0-2.so", ""),
    ],
)
def test_a_library_that_a_wheel_opens(present: str, note: str) -> None:
    path = "usr/local/lib/python3.13/dist-packages/weasyprint/text/ffi.py"
    facts = layer({path: b"", **({present: b""} if present else {})})
    facts["entries"][0]["opens"] = [["libpango-1.0.so.0", "libpango-1.0-2.so"]]
    found = check_closure(image(facts))
    assert found.problems == []
    assert [each.message for each in found.notes] == ([note] if note else [])
    assert all("add libpango-1.0-0" in each.cure for each in found.notes)


def test_any_version_that_find_library_finds() -> None:
    facts = layer({"a.py": b"", "usr/lib/x86_64-linux-gnu/libmagic.so.1.0.0": b""})
    facts["entries"][0]["opens"] = [["libmagic.so"]]
    assert check_closure(image(facts)).notes == []


def test_the_package_of_a_library_of_another_name() -> None:
    facts = layer({"a.py": b""})
    facts["entries"][0]["opens"] = [["libgobject-2.0.so.0"]]
    (note,) = check_closure(image(facts)).notes
    assert "add libglib2.0-0t64" in note.cure


@pytest.mark.parametrize(("present", "notes"), [("libMagickWand-7.Q16.so.10", 0), ("libM.so", 1)])
def test_a_name_that_is_put_together(present: str, notes: int) -> None:
    facts = layer({"a.py": b"", f"usr/lib/x86_64-linux-gnu/{present}": b""})
    facts["entries"][0]["opens"] = [["libMagickWand*.so"]]
    found = check_closure(image(facts)).notes
    assert len(found) == notes
    assert all("`apt-file search libMagickWand`" in each.cure for each in found)


def test_no_guess_without_a_version() -> None:
    facts = layer({"a.py": b""})
    facts["entries"][0]["opens"] = [["libusb-1.0.so"]]
    (note,) = check_closure(image(facts)).notes
    assert "add the package that has it" in note.cure
