"""Libraries that Python sources open by name."""

from __future__ import annotations

import pytest

from tools.layer.python_libraries import opened_libraries


@pytest.mark.parametrize(
    ("source", "opened"),
    [
        # WeasyPrint's, cairocffi's and python-magic's ways.
        (
            "_dlopen(ffi, 'libpango-1.0-0', 'pango', 'libpango-1.0.so.0', 'libpango-1.0.dylib')",
            [["libpango-1.0.so.0"]],
        ),
        ("dlopen(ffi, ('cairo',), ('libcairo.so.2', 'libcairo-2.dll'))", [["libcairo.so.2"]]),
        ("path = ctypes.util.find_library('magic')", [["libmagic.so"]]),
        ("lib = ctypes.cdll.LoadLibrary('libopus.so.0')", [["libopus.so.0"]]),
        ("CDLL('liba.so.1') or CDLL('liba.so.1')", [["liba.so.1"]]),
        # The program itself, another system's, the wheel's own, and what only a run can show.
        ("CDLL(None); CDLL('kernel32.dll'); CDLL('libx.dylib')", []),
        ("CDLL('./libown.so.1'); CDLL('_own.so'); CDLL(path)", []),
        ("print('libz.so.1')", []),
        ("dlopen('liba.so.1'", []),
    ],
)
def test_opened_libraries(source: str, opened: list[list[str]]) -> None:
    assert opened_libraries(source.encode()) == opened
