"""What repository rules read, in the Starlark that reads it: ``tests/rules/readers.bzl``."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import Any

import starlark

from tests.fuzz import starlark_files
from tests.fuzz.target import Target, corpus
from tools.errors import PlinthError

_CALLS = {
    "advisory_database", "alias", "debian_package", "exports_files", "glob", "load", "npm_package",
    "npm_packages", "package", "package_closure", "package_closures", "pulled_image", "select",
    "upstream_archive", "wheel", "wheel_closure",
}  # fmt: skip
_TOML = (
    b"[[packages]]\n",
    b"[packages.vcs]\n",
    b"[package.x]\n",
    b'"',
    b"'",
    b"{",
    b"}",
    b"[",
    b"]",
    b"=",
    b",",
    b"#",
    b"\\u0000",
    b'"""',
    b"true",
    b"-1",
    b"name = 1\n",
    b"wheels = [{}]\n",
    b"source = 1\n",
    b'marker = "("\n',
    b"dependencies = [1]\n",
    b"hashes = []",
    b"a.b = 1\n",
)
_PIP = (
    b"==",
    b"===",
    b" ; ",
    b"(",
    b")",
    b" and ",
    b" or ",
    b" not in ",
    b'"',
    b"'",
    b"[",
    b"]",
    b",",
    b" --hash=sha256:",
    b"\\\n",
    b" # via ",
    b"-r x\n",
    b"-e .\n",
    b" @ https://x/",
    b"#egg=",
    b"git+",
    b"extra",
    b"platform_system == 'Windows'",
    b"~=",
    b"*",
)


@cache
def _reader(name: str) -> Any:
    return starlark_files.caller("//tests/rules:readers.bzl", "READERS", name)


def _read(name: str, content: bytes) -> None:
    try:
        # As Bazel reads files: a character for each byte.
        files, problem = _reader(name)(content.decode("latin-1"))
    except starlark.StarlarkError as error:
        raise AssertionError(f"not one clear error: {error}") from error
    for path, text in (files or {}).items():
        assert not {"", ".", ".."} & set(path.split("/")), path
        made = {
            ast.unparse(node.func)
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Call)
        }
        assert made <= _CALLS, made
    if problem:
        raise PlinthError(problem)


def _target(name: str, *seeds: str, words: tuple[bytes, ...] = (), is_json: bool = False) -> Target:
    def read(content: bytes, _: Path) -> None:
        _read(name, content)

    return Target(f"rules_{name}", read, corpus(*seeds), words, is_json=is_json)


TARGETS = (
    _target("apt_lock", "lock.json", is_json=True),
    _target("archive_lock", "archives.lock.json", is_json=True),
    _target("image_lock", "images.lock.json", is_json=True),
    _target("index_page", "simple.json", is_json=True),
    Target(
        "rules_index_page_of_html",
        lambda content, _: _read("index_page", content),
        corpus("simple.html"),
        (b"<a ", b'href="', b"#sha256=", b"../", b"//", b"&amp;", b"%2B"),
    ),
    _target("metadata", "METADATA", words=(*_PIP, b"\nRequires-Dist: ", b"\nName: ", b"\n ")),
    _target("package_json", "package.json", is_json=True),
    _target("package_lock", "package-lock.json", is_json=True),
    _target("pull_description", "pulled.json", is_json=True),
    _target("pylock", "pylock.toml", words=_TOML),
    _target("requirements", "requirements.txt", words=_PIP),
    _target("uv_lock", "uv.lock", words=_TOML),
)
