"""Checks that a file is of the kind that a target gives: a jar, or a program for the image."""

from __future__ import annotations

import mmap
import os

from tools.debian.abi import abi_of, name_abi
from tools.layer.elf import MAGIC, is_program, parse_elf
from tools.layer.fragment import FragmentError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_END_OF_ZIP = b"PK\5\6"  # APPNOTE 4.3.16; anything may precede it, such as a script that starts it
_LONGEST_END = 22 + 65535
_OTHERS = (
    (b"#!", "a script"),
    (b"MZ", "a program for Windows"),
    (b"\xcf\xfa\xed\xfe", "a program for macOS"),
    (b"\xca\xfe\xba\xbe", "a program for macOS or a class of Java"),
    (b"PK\3\4", "a zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"!<arch>\n", "a library of object files"),
    (MAGIC, "an ELF object that is no program"),
)


def require_kind(origin: str, path: str, descriptor: int, item: Mapping[str, Any]) -> None:
    """Refuse a file that is not of the given kind.

    Args:
        origin: the target that has it, for the message.
        path: in the image, for the message.
        descriptor: of the open file.
        item: "src" and "kind", and "architecture" of a program; see ``files_fragment.py``.

    Raises:
        FragmentError: it is something else.
    """
    source = item["src"]
    if not os.fstat(descriptor).st_size:
        raise FragmentError(origin, path, f"{source} is empty")
    with mmap.mmap(descriptor, 0, prot=mmap.PROT_READ) as data:
        if item["kind"] == "jar":
            if data.rfind(_END_OF_ZIP, max(0, len(data) - _LONGEST_END)) < 0:
                raise FragmentError(
                    origin,
                    path,
                    f"{source} is {_name(data[:8], 'no zip archive')}, and should be a whole jar",
                )
            return
        elf = parse_elf(data)
        start = data[:8]
    abi = abi_of(item["architecture"])
    if elf is None or not is_program(elf):
        what = "a shared library" if elf else _name(start, "no ELF file")
        raise FragmentError(
            origin,
            path,
            f"{source} is {what}, and should be an ELF program for {abi.name}",
            "name the program itself; an image of something else has files_layer for it",
        )
    if not abi.fits(elf):
        raise FragmentError(
            origin,
            path,
            f"{source} is a program for {name_abi(elf)}, and the image is for {abi.name}",
            "choose the file by platform with a select(), or build for the program's platform",
        )


def _name(start: bytes, otherwise: str) -> str:
    return next((name for magic, name in _OTHERS if start.startswith(magic)), otherwise)
