"""Files in packages and layers that are looked into."""

from __future__ import annotations

from pathlib import Path

from tests.fuzz.target import Target, corpus
from tests.tools.elf_builder import Elf
from tools.layer.application_facts import describe
from tools.layer.component import describe_component
from tools.layer.content import describe_content
from tools.layer.elf import parse_elf
from tools.layer.javascript_source import required_packages
from tools.layer.python_source import required_modules
from tools.layer.writers.x509 import read_pem, subject_hash

_ELF, _METADATA, _PACKAGE, _CERTIFICATE, _JAVASCRIPT, _PYTHON = corpus(
    "libanswer.so", "METADATA", "package.json", "certificate.pem", "app.js", "app.py.txt"
)
_ELVES = (
    _ELF,
    Elf(soname="a.so.1", needed=("libc.so.6",), versions_defined=("A_1", "A_2")).build(),
    Elf(architecture="armhf", executable=True, interpreter="/lib/ld.so").build(),
    Elf(architecture="s390x", needed=("x",), versions_needed=(("x", ("X_1",)),)).build(),
)


def _elf(content: bytes, _: Path) -> None:
    parse_elf(content)
    describe_content("usr/lib/a.so", content)


def _component(content: bytes, _: Path) -> None:
    text = content.decode("utf-8", "replace")
    for path in ("usr/lib/python3/dist-packages/a-1.dist-info/METADATA",
                 "app/node_modules/@scope/demo/package.json"):  # fmt: skip
        describe_component(path, text)


def _application(content: bytes, directory: Path) -> None:
    for name in ("app.py", "app.js", "package.json"):
        path = directory / name
        path.write_bytes(content)
        with path.open("rb") as stream:
            describe(f"app/{name}", len(content), "", stream)


def _certificates(content: bytes, _: Path) -> None:
    for der in read_pem(content.decode("utf-8", "replace"), "a.pem"):
        subject_hash(der)


TARGETS = (
    Target("elf", _elf, _ELVES, (b"\x7fELF", b"/lib/ld.so\0")),
    Target("component", _component, (_METADATA, _PACKAGE), (b"\nName: ", b"\n\n", b'"name":')),
    Target("package_json", _component, (_PACKAGE,), is_json=True),
    Target("application", _application, (_PYTHON, _JAVASCRIPT, _PACKAGE)),
    Target("javascript", lambda content, _: required_packages(content), (_JAVASCRIPT,),
           (b"require(", b"import ", b"from ", b"`", b"${", b"/*", b"//", b"/", b"'", b'"', b"\\")),
    Target("python", lambda content, _: required_modules(content), (_PYTHON,),
           (b"import ", b"from ", b"(", b"[", b"{", b"\\\n", b'"""', b"    ", b"\0")),
    Target("certificates", _certificates, (_CERTIFICATE,), (b"-----BEGIN CERTIFICATE-----\n",)),
)  # fmt: skip
