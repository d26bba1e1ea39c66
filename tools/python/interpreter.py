"""Arranges an unpacked Debian Python so that it is small to stage and quick to start.

Every file of an interpreter is an input that each sandbox must stage, so the modules of the
standard library go into one archive of bytecode, and only the shared objects stay separate. There
are two: ``interpreter`` for programs and tests, and ``action_interpreter``, which has only what the
action tools import. Programs and libraries are hard links to the unpacked ones.

Runs while the repository of the interpreter is made, on a Python that is unpacked file by file.
"""

from __future__ import annotations

import os
import sys
from fnmatch import fnmatchcase

from tools.python import pack

VERSION = "3.13"

LIBRARIES = (
    "ld-linux-*.so.*", "libbz2.so.1.0", "libc.so.6", "libcrypto.so.3", "libdeflate.so.0",
    "libexpat.so.1", "libffi.so.8", "libgcc_s.so.1", "liblzma.so.5", "libm.so.6",
    "libnss_dns.so.2", "libnss_files.so.2", "libpthread.so.0", "libresolv.so.2", "libsqlite3.so.0",
    "libssl.so.3", "libz.so.1", "libzstd.so.1",
)  # fmt: skip
"""The libraries of the interpreter and its extension modules, and the compressors."""

WITHOUT_EXTENSIONS = (
    # Modules of CPython's own tests, and modules whose libraries are not here.
    "*test*", "_curses*", "_dbm*", "_uuid*", "readline*", "xx*",
)  # fmt: skip

WITHOUT_MODULES = (
    "_pyrepl/*", "ensurepip/*", "idlelib/*", "sitecustomize.py", "test/*", "turtledemo/*",
)  # fmt: skip

ACTION_LIBRARIES = (
    "ld-linux-*.so.*", "libbz2.so.1.0", "libc.so.6", "libcrypto.so.3", "libdeflate.so.0",
    "libexpat.so.1", "libffi.so.8", "liblzma.so.5", "libm.so.6", "libz.so.1", "libzstd.so.1",
)  # fmt: skip

ACTION_EXTENSIONS = ("_bz2.*", "_ctypes.*", "_hashlib.*", "_lzma.*", "mmap.*")

ACTION_MODULES = (
    "__future__.py", "_collections_abc.py", "_compression.py", "_opcode_metadata.py",
    "_sitebuiltins.py", "_weakrefset.py", "abc.py", "ast.py", "bz2.py", "codecs.py",
    "collections/__init__.py", "contextlib.py", "copy.py", "copyreg.py",
    "ctypes/__init__.py", "ctypes/_endian.py", "dataclasses.py", "dis.py", "encodings/__init__.py",
    "encodings/aliases.py", "encodings/ascii.py", "encodings/cp437.py", "encodings/latin_1.py",
    "encodings/utf_16_be.py", "encodings/utf_8.py", "enum.py", "fnmatch.py", "functools.py",
    "genericpath.py", "getopt.py", "importlib/*.py", "inspect.py", "io.py", "json/__init__.py",
    "json/decoder.py", "json/encoder.py", "json/scanner.py", "keyword.py",
    "linecache.py", "lzma.py", "opcode.py", "operator.py", "os.py", "posixpath.py", "re/*.py",
    "reprlib.py", "runpy.py", "shlex.py", "stat.py", "struct.py", "token.py", "tokenize.py",
    "types.py", "typing.py", "warnings.py", "weakref.py", "zipimport.py",
)  # fmt: skip


def arrange(name: str, tree: str, target: str) -> None:
    """Write an interpreter.

    Args:
        name: which one: ``interpreter`` or ``action_interpreter``.
        tree: where the packages are unpacked.
        target: a directory to write to.

    Raises:
        OSError: a file is missing or cannot be written.
    """
    lib = f"{tree}/usr/lib"
    (shared,) = (f"{lib}/{name}" for name in os.listdir(lib) if name.endswith("-linux-gnu"))
    standard_library = f"{lib}/python{VERSION}"
    dynload = f"{standard_library}/lib-dynload"
    modules = _modules(standard_library)
    if name == "action_interpreter":
        libraries = _matching(os.listdir(shared), ACTION_LIBRARIES)
        extensions = _matching(os.listdir(dynload), ACTION_EXTENSIONS)
        chosen = _matching(modules, ACTION_MODULES)
    else:
        libraries = _matching(os.listdir(shared), LIBRARIES)
        extensions = _without(os.listdir(dynload), WITHOUT_EXTENSIONS)
        chosen = _without(modules, WITHOUT_MODULES)
    _link(f"{tree}/usr/bin", [f"python{VERSION}"], f"{target}/bin")
    _link(shared, libraries, f"{target}/lib")
    _link(dynload, extensions, f"{target}/lib/python{VERSION}/lib-dynload")
    archive = f"{target}/lib/python{VERSION.replace('.', '')}.zip"
    pack.write_archive(archive, {path: f"{standard_library}/{path}" for path in chosen})


def _modules(directory: str) -> list[str]:
    return [
        os.path.relpath(os.path.join(place, name), directory)
        for place, _, names in os.walk(directory)
        for name in names
        if name.endswith(".py")
    ]


def _matching(names: list[str], patterns: tuple[str, ...]) -> list[str]:
    """Return the names that match; each pattern must match one."""
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in names):
            raise FileNotFoundError(f"the packages of the interpreter have no {pattern}")
    return [name for name in names if any(fnmatchcase(name, pattern) for pattern in patterns)]


def _without(names: list[str], patterns: tuple[str, ...]) -> list[str]:
    return [name for name in names if not any(fnmatchcase(name, pattern) for pattern in patterns)]


def _link(directory: str, names: list[str], target: str) -> None:
    os.makedirs(target, exist_ok=True)
    for name in names:
        pack.link(f"{directory}/{name}", f"{target}/{name}")


if __name__ == "__main__":
    arrange(*sys.argv[1:])
