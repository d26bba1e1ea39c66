"""GLib's settings, compiled: values as glib-compile-schemas writes them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tools.configure.configuration_fragment_test import configure, package
from tests.tools.deb_builder import Entry
from tests.tools.workbench import Workbench
from tools.configure.writers.gvariant import VariantError, parse, serialize
from tools.configure.writers.gvdb import write_gvdb

SCHEMAS = b"""<?xml version="1.0"?>
<!DOCTYPE schemalist SYSTEM "gschema.dtd">
<schemalist>
  <enum id="org.example.Size"><value nick="small" value="1"/><value nick="large" value="2"/></enum>
  <schema id="org.example" path="/org/example/">
    <key name="size" enum="org.example.Size"><default>'small'</default></key>
    <key name="zoom" type="i"><range min="1" max="9"/><default>3</default></key>
  </schema>
</schemalist>
"""


@pytest.mark.parametrize(
    ("kind", "text", "value", "data"),
    [
        ("b", "true", 1, b"\x01"),
        ("i", "-2", -2, b"\xfe\xff\xff\xff"),
        ("u", "uint32 0x10", 16, b"\x10\0\0\0"),
        ("s", r"'a\'b'", "a'b", b"a'b\0"),
        ("as", "['a', 'bc']", ["a", "bc"], b"a\0bc\0\x02\x05"),
        ("as", "@as []", [], b""),
        ("(si)", "('a', 1)", ("a", 1), b"a\0\0\0\x01\0\0\0\x02"),
        ("a{sv}", "{'k': <true>}", [("k", ("b", 1))], b"k\0\0\0\0\0\0\0\x01\0b\x02\x0c"),
        ("mi", "nothing", None, b""),
    ],
)
def test_a_value_is_read_and_serialized(kind: str, text: str, value: Any, data: bytes) -> None:
    assert parse(kind, text) == value
    assert serialize(kind, value) == data


@pytest.mark.parametrize(
    ("kind", "text"), [("i", "'a'"), ("as", "['a'"), ("b", "yes"), ("i", "1 2")]
)
def test_a_text_of_another_type_is_refused(kind: str, text: str) -> None:
    with pytest.raises(VariantError):
        parse(kind, text)


def test_the_schemas_of_an_image_are_compiled(workbench: Workbench) -> None:
    example = package(
        workbench,
        "example",
        Entry("./usr/share/glib-2.0/schemas/org.example.gschema.xml", SCHEMAS),
    )
    made = configure(workbench, example, effects=("schemas",))
    compiled = made.content("usr/share/glib-2.0/schemas/gschemas.compiled")
    words = b"\x01\0\0\0\xffsmall\0\xff\x02\0\0\0\xfflarge\0\xff"
    size = b"small\0\0\0e\0\0\0" + words + b"\x06\0(s(yau))"
    assert size in compiled
    assert b"\x03\0\0\0r\0\0\0\x01\0\0\0\x09\0\0\0\0(i(y(ii)))" in compiled
    assert made.facts["configuration"]["not_reproduced"] == []


def test_a_table_lists_its_keys() -> None:
    data = write_gvdb({"one": b"1", "two": {"inner": b"2"}})
    assert data.startswith(b"GVariant")
    assert data.count(b"inner") == 1
