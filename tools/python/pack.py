"""Compiles Python modules: into one archive of bytecode, or each into a file.

Runs on an interpreter with only what the action tools import: so no ``zipfile`` and no ``shutil``.
The bytecode is marked as unchecked (PEP 552): it never looks for its source, and equal sources give
equal bytes.
"""

from __future__ import annotations

import importlib.util
import marshal
import os
import sys
from binascii import crc32
from struct import pack

# PEP 552: flags of a hash-based pyc; the source is not to be checked.
_UNCHECKED_HASH = (0b01).to_bytes(4, "little")
_DOS_EPOCH = 0x21  # 1980-01-01


def bytecode(source: bytes, name: str) -> bytes:
    """Compile a module to the content of its ``.pyc``.

    Raises:
        SyntaxError: the module is not valid Python.
    """
    code = compile(source, name, "exec", dont_inherit=True, optimize=0)
    header = importlib.util.MAGIC_NUMBER + _UNCHECKED_HASH + importlib.util.source_hash(source)
    return header + marshal.dumps(code)


def write_archive(archive: str, modules: dict[str, str]) -> None:
    """Write ``modules``, a dict from name in the archive to file, as bytecode.

    Other files are written unchanged.

    A ZIP archive that is not compressed (APPNOTE.TXT, 4.3): a header before each file, the same
    headers again at the end, with offsets.
    """
    directory: list[bytes] = []
    with open(archive, "wb") as out:
        for name, path in sorted(modules.items()):
            content, stored = _read(path), name.encode()
            if name.endswith(".py"):
                content, stored = bytecode(content, name), stored + b"c"
            size, offset = len(content), out.tell()
            checked = (crc32(content), size, size, len(stored), 0)
            header = pack("<5H3I2H", 20, 0, 0, 0, _DOS_EPOCH, *checked)
            out.writelines((b"PK\3\4", header, stored, content))
            directory.append(b"PK\1\2\24\0" + header + pack("<3H2I", 0, 0, 0, 0, offset) + stored)
        start, count = out.tell(), len(directory)
        out.writelines(directory)
        size = out.tell() - start
        out.write(b"PK\5\6" + pack("<4H2IH", 0, 0, count, count, size, start, 0))


def write_bytecode(path: str, target: str) -> None:
    """Write the bytecode of a module; nothing for a file that this Python cannot compile.

    Python ignores an empty one, and reads the source.
    """
    try:
        content = bytecode(_read(path), path)
    except (SyntaxError, ValueError):
        content = b""
    _write(target, content)


def link(path: str, target: str) -> None:
    """Put a program or a shared library in a second place: a hard link, else a copy."""
    try:
        os.link(os.path.realpath(path), target)
    except OSError:  # another file system, or one without hard links
        _write(target, _read(path))
    os.chmod(target, 0o755)  # noqa: S103 - the loader and the interpreter are programs


def main(arguments: list[str]) -> None:
    """Read the command line: ``--compile FROM TO``, repeated; or the name of a file with it."""
    if len(arguments) == 1 and arguments[0].startswith("@"):
        with open(arguments[0][1:], encoding="utf-8") as stream:
            arguments = stream.read().split("\n")[:-1]
    words = iter(arguments)
    for word in words:
        if word != "--compile":
            raise SystemExit(f"not --compile: {word}")
        write_bytecode(next(words), next(words))


def _read(path: str) -> bytes:
    with open(path, "rb") as stream:
        return stream.read()


def _write(path: str, content: bytes) -> None:
    with open(path, "wb") as stream:
        stream.write(content)


if __name__ == "__main__":
    main(sys.argv[1:])
