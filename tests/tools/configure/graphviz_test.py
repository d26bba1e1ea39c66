"""What ``dot -c`` makes, read out of plug-ins: the same for every architecture."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest

from tests.tools.configure.catalogs_test import command, made
from tests.tools.configure.configuration_fragment_test import package
from tests.tools.deb_builder import Entry

if TYPE_CHECKING:
    from tests.tools.workbench import Workbench

RENDER, DEVICE = 0, 3


def plugin(
    name: str, kinds: list[tuple[int, list[tuple[str, int]]]], *, order: str = "<", bits: int = 64
) -> bytes:
    """Return a shared object with nothing but the table of a plug-in; addresses are offsets."""
    size, pointer = bits // 8, "Q" if bits == 64 else "I"
    data = bytearray(64 + 2 * 56)
    relocations: list[tuple[int, int]] = []

    def put(content: bytes) -> int:
        data.extend(bytes(-len(data) % size))
        data.extend(content)
        return len(data) - len(content)

    def word(value: int) -> bytes:
        return struct.pack(order + pointer, value & (2**bits - 1))

    def string(text: str) -> int:
        return put(text.encode() + b"\0")

    def table(rows: list[list[int | bytes]]) -> int:
        """Rows of plain bytes and of pointers, which the loader would write."""
        names = put(b"")
        for row in rows:
            for cell in row:
                at = put(word(0) if isinstance(cell, int) else cell)
                if isinstance(cell, int) and cell:
                    relocations.append((at, cell))
                    data[at : at + size] = word(cell if size == 4 else 0)
        return names

    def number(value: int) -> bytes:
        return struct.pack(order + "i", value).ljust(size, b"\0")

    apis: list[list[int | bytes]] = []
    for kind, abilities in kinds:
        rows: list[list[int | bytes]] = [
            [number(0), string(text), number(quality), 0, 0] for text, quality in abilities
        ]
        apis.append([number(kind), table([*rows, [0, 0, 0, 0, 0]])])
    package_name = string(name)
    library = table([[package_name, table([*apis, [0, 0]])]])
    symbols = put(b"")
    for value in (0, library):
        fields = (1, 0, 0, 1, value, 0) if size == 8 else (1, value, 0, 0, 0, 1)
        data += struct.pack(order + ("IBBHQQ" if size == 8 else "IIIBBH"), *fields)
    strings = put(b"\0" + f"gvplugin_{name}_LTX_library".encode() + b"\0")
    tables = put(
        b"".join(word(at) + word(8) + (word(to) if size == 8 else b"") for at, to in relocations)
    )
    length = len(data) - tables
    tags = (7, 8) if size == 8 else (17, 18)
    dynamic = put(b"".join(map(word, (5, strings, 6, symbols, tags[0], tables, tags[1], length))))
    end = len(data)
    data[:6] = b"\x7fELF" + bytes((2 if size == 8 else 1, 1 if order == "<" else 2))
    header = (32, 54, 56) if size == 8 else (28, 42, 44)
    for at, value, form in zip(header, (64, 56, 2), (pointer, "H", "H"), strict=True):
        struct.pack_into(order + form, data, at, value)
    places = (8, 16, 32) if size == 8 else (4, 8, 16)
    for at, kind, begin in ((64, 1, 0), (120, 2, dynamic)):
        struct.pack_into(order + "I", data, at, kind)
        for place, value in zip(places, (begin, begin, end - begin), strict=True):
            struct.pack_into(order + pointer, data, at + place, value)
    return bytes(data)


@pytest.mark.parametrize(("order", "bits"), [("<", 64), (">", 64), ("<", 32)])
def test_what_plug_ins_can_do(workbench: Workbench, order: str, bits: int) -> None:
    directory = "usr/lib/x-linux-gnu/graphviz"
    core = plugin(
        "core", [(DEVICE, [("a:dot", 1), ("b:none", -2)]), (RENDER, [("dot", 3)])],
        order=order, bits=bits,
    )  # fmt: skip
    other = plugin("other", [(RENDER, [("svg", 10)])], order=order, bits=bits)
    graphviz = package(
        workbench,
        "libgvc6",
        Entry(f"{directory}/libgvplugin_other.so.6.0.0", other),
        Entry(f"{directory}/libgvplugin_other.so.6", other),
        Entry(f"{directory}/libgvplugin_core.so.6", core),
        effects=(command("libgvc6-config-update", "-c"),),
    )
    text = made(workbench, graphviz, effect="graphviz")[f"{directory}/config6a"]
    assert text.partition("\n\nlib")[2].splitlines() == [
        "gvplugin_core.so.6 core {",
        "\tdevice {",
        "\t\ta:dot 1",
        "#FAILS\t\tb:none -2",
        "\t}",
        "\trender {",
        "\t\tdot 3",
        "\t}",
        "}",
        "libgvplugin_other.so.6 other {",
        "\trender {",
        "\t\tsvg 10",
        "\t}",
        "}",
    ]
