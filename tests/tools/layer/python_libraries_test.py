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
        # Those of sounddevice, PyEnchant, libusb1, SoundCard, pyudev and PyUSB.
        (
            "for _name in ('portaudio', 'bin\\\\libportaudio-2.dll', 'lib/libportaudio.dylib'):\n"
            "    _name = _find_library(_name)\n_ffi.dlopen(_name)",
            [["libportaudio.so"]],
        ),
        (
            "def find():\n  candidates = ['enchant-2', 'libenchant-2']\n"
            "  for name in candidates:\n    find_library(name)\nname = 'other'",
            [["libenchant-2.so"]],
        ),
        (
            "name = 'usb' if s == 'BSD' else 'usb-1.0'\nfind_library(name)",
            [["libusb.so", "libusb-1.0.so"]],
        ),
        ("_ffi.dlopen('pulse'); _ffi.dlopen('ole32'); _ffi.dlopen('CoreAudio')", [["libpulse.so"]]),
        (
            "from ._ctypeslib import load_ctypes_library\nload_ctypes_library('udev', S)",
            [["libudev.so"]],
        ),
        (
            "import ctypes\nload_locate_library(('usb-1.0', 'usb'), 'cygusb-1.0.dll', 'Libusb 1')",
            [["libusb-1.0.so", "libusb.so"]],
        ),
        ("name = f()\nname = name\nfind_library(name)", []),
        ("load_library('tokenizers')", []),
        ("find_library('lib' + name); find_library(f'lib{name}')", []),
        ("find_library('MagickWand' + suffix)", [["libMagickWand*.so"]]),
        ("find_library(f'libMagickWand-{version}')", [["libMagickWand-*.so"]]),
        ("find_library(n)\nn = ['a'] + ['b']", [["liba.so", "libb.so"]]),
        # The program itself, another system's, the wheel's own, and what only a run can show.
        ("CDLL(None); CDLL('kernel32.dll'); CDLL('libx.dylib')", []),
        ("CDLL('./libown.so.1'); CDLL('_own.so'); CDLL(path)", []),
        ("print('libz.so.1')", []),
        ("dlopen('liba.so.1'", []),
    ],
)
def test_opened_libraries(source: str, opened: list[list[str]]) -> None:
    assert opened_libraries(source.encode()) == opened
