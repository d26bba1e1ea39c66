"""Wheels are unpacked as PEP 427 says, and checked against their RECORD."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.tools.workbench import Failed, Fragment, Workbench

if TYPE_CHECKING:
    from pathlib import Path

INFO = "demo-1.0.dist-info"
SOUND = {
    "demo/__init__.py": b"print('hello')\n",
    "demo/__init__.pyc": b"bytecode",
    "demo/a, b.txt": b"comma",
    "demo-1.0.data/platlib/demo/_speed.so": b"\x7fELF",
    "demo-1.0.data/scripts/demo": b"#!python\nimport demo\n",
    "demo-1.0.data/data/share/demo.txt": b"data",
    "demo-1.0.data/headers/demo.h": b"#pragma once",
    f"{INFO}/METADATA": b"Name: demo\n",
    f"{INFO}/WHEEL": b"Wheel-Version: 1.0\n",
}


def record_of(files: dict[str, bytes], info: str = INFO) -> bytes:
    lines = []
    for name, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
        shown = f'"{name}"' if "," in name else name
        lines.append(f"{shown},sha256={digest},{len(content)}\n")
    return "".join([*lines, f"{info}/RECORD,,\n"]).encode()


def wheel(directory: Path, files: dict[str, bytes], record: bytes | None = None) -> Path:
    path = directory / "demo-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        archive.writestr(f"{INFO}/RECORD", record_of(files) if record is None else record)
    return path


def unpack(
    workbench: Workbench,
    path: Path,
    *params: tuple[str, object],
    prefix: str = "app/site-packages",
) -> Fragment:
    return workbench.fragment("wheel-fragment", ("wheel", str(path)), ("prefix", prefix), *params)


def test_where_the_parts_go(workbench: Workbench, tmp_path: Path) -> None:
    fragment = unpack(workbench, wheel(tmp_path, SOUND))
    assert [path.removeprefix("app/site-packages/") for path in fragment.paths] == [
        "bin/demo",
        f"{INFO}/INSTALLER",
        f"{INFO}/METADATA",
        f"{INFO}/RECORD",
        f"{INFO}/WHEEL",
        "demo/__init__.py",
        "demo/_speed.so",
        "demo/a, b.txt",
        "include/demo/demo.h",
        "share/demo.txt",
    ]


def test_beside_pythons_library_the_parts_go_where_pip_puts_them(
    workbench: Workbench, tmp_path: Path
) -> None:
    directory = "usr/local/lib/python3.13/dist-packages"
    fragment = unpack(workbench, wheel(tmp_path, SOUND), prefix=directory)
    assert [path for path in fragment.paths if not path.startswith(directory)] == [
        "usr/local/bin/demo",
        "usr/local/include/python3.13/demo/demo.h",
        "usr/local/share/demo.txt",
    ]
    record = fragment.content(f"{directory}/{INFO}/RECORD").decode()
    assert "../../../bin/demo,sha256=" in record
    assert fragment.content(f"{directory}/{INFO}/INSTALLER") == b"plinth\n"


ENTRY_POINTS = b"""\
[console_scripts]
demo = demo.own:is_ignored
serve = demo.server:Server.main [fast]
# not = a.script:main
broken = demo

[ other ]
nothing = demo:nothing
[gui_scripts]
window=demo.gui:main
"""


def test_entry_points_become_programs(workbench: Workbench, tmp_path: Path) -> None:
    path = wheel(tmp_path, {**SOUND, f"{INFO}/entry_points.txt": ENTRY_POINTS})
    fragment = unpack(workbench, path, ("interpreter", "/usr/bin/python3.13"))
    programs = [name for name in fragment.paths if name.startswith("app/site-packages/bin/")]
    assert [name.rpartition("/")[2] for name in programs] == ["demo", "serve", "window"]
    assert fragment.content("app/site-packages/bin/serve").decode() == (
        "#!/usr/bin/python3.13\nimport sys\n\nfrom demo.server import Server\n\n"
        'if __name__ == "__main__":\n    sys.exit(Server.main())\n'
    )
    assert fragment.entry("app/site-packages/bin/serve")["mode"] == 0o755
    assert b"import demo" in fragment.content("app/site-packages/bin/demo"), "the wheel's own"
    record = fragment.content(f"app/site-packages/{INFO}/RECORD")
    assert b"\nbin/serve,sha256=" in record


@pytest.mark.parametrize(
    "name",
    ["odd name", "../escape", "/etc/profile", "a/b", "..", "-x", "\x1b[2J", "x" * 129],
)
def test_names_that_no_program_should_have(workbench: Workbench, tmp_path: Path, name: str) -> None:
    text = f"[console_scripts]\n{name} = demo:main\n".encode()
    path = wheel(tmp_path, {**SOUND, f"{INFO}/entry_points.txt": text})
    with pytest.raises(Failed, match=r"the name of a program = .* should be") as caught:
        unpack(workbench, path)
    assert "\x1b" not in str(caught.value)


def test_scripts_get_an_interpreter(workbench: Workbench, tmp_path: Path) -> None:
    path = wheel(tmp_path, SOUND)
    fragment = unpack(workbench, path, ("interpreter", "/usr/bin/python3.13"))
    assert fragment.content("app/site-packages/bin/demo") == b"#!/usr/bin/python3.13\nimport demo\n"
    assert fragment.entry("app/site-packages/bin/demo")["mode"] == 0o755
    assert fragment.entry("app/site-packages/demo/__init__.py")["mode"] == 0o644


def test_the_new_record_is_right(workbench: Workbench, tmp_path: Path) -> None:
    fragment = unpack(workbench, wheel(tmp_path, SOUND))
    lines = fragment.content(f"app/site-packages/{INFO}/RECORD").decode().splitlines()
    assert lines[-1] == f"{INFO}/RECORD,,"
    assert any(line.startswith('"demo/a, b.txt",sha256=') for line in lines)
    assert any(line.startswith("bin/demo,sha256=") for line in lines)
    assert (
        record_of({"demo/__init__.py": SOUND["demo/__init__.py"]}).splitlines()[0].decode() in lines
    )


def test_the_order_in_the_archive_does_not_matter(workbench: Workbench, tmp_path: Path) -> None:
    first = unpack(workbench, wheel(tmp_path, SOUND)).segment.read_bytes()
    second = unpack(workbench, wheel(tmp_path, dict(reversed(SOUND.items())))).segment.read_bytes()
    assert first == second


def test_policy(workbench: Workbench, tmp_path: Path) -> None:
    fragment = unpack(workbench, wheel(tmp_path, SOUND), ("policy", {"omit": ["**/*.txt"]}))
    assert not [path for path in fragment.paths if path.endswith(".txt")]


def damaged(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_bad_wheels(workbench: Workbench, tmp_path: Path) -> None:
    path = wheel(tmp_path, SOUND)
    whole = path.read_bytes()
    lying = record_of({**SOUND, "demo/__init__.py": b"something else"})
    cases: list[tuple[Path, str]] = [
        (damaged(tmp_path / "empty.whl", b""), "cannot read"),
        (damaged(tmp_path / "text.whl", b"no wheel at all"), "not a zip archive"),
        (damaged(tmp_path / "half.whl", whole[len(whole) // 2 :]), r"damaged|cut short"),
    ]
    for case, message in cases:
        with pytest.raises(Failed, match=message):
            unpack(workbench, case)
    with pytest.raises(Failed, match=r"demo/__init__.py: differs from what the wheel's RECORD"):
        unpack(workbench, wheel(tmp_path, SOUND, lying))
    with pytest.raises(Failed, match="climbs out"):
        unpack(workbench, wheel(tmp_path, {**SOUND, "demo/../../x": b""}))
    with pytest.raises(Failed, match="absolute path"):
        unpack(workbench, wheel(tmp_path, {**SOUND, "/etc/passwd": b""}))
    with pytest.raises(Failed, match="unknown part of a wheel"):
        unpack(workbench, wheel(tmp_path, {**SOUND, "demo-1.0.data/etc/x": b""}))
    with pytest.raises(Failed, match=r"no single \.dist-info"):
        unpack(workbench, wheel(tmp_path, {"other.dist-info/WHEEL": b"", **SOUND}))


def test_flipped_bits_are_noticed(workbench: Workbench, tmp_path: Path) -> None:
    name, content = "demo/data.bin", bytes(range(256)) * 300
    path = wheel(tmp_path, {**SOUND, name: content})
    out = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(out) as archive:
        start = archive.getinfo(name).header_offset + 30 + len(name)
    data = bytearray(out.getvalue())
    data[start + 40] ^= 0x55
    path.write_bytes(data)
    with pytest.raises(Failed, match="damaged content"):
        unpack(workbench, path)


def test_libraries_that_sources_open_are_facts(workbench: Workbench, tmp_path: Path) -> None:
    files = {**SOUND, "demo/ffi.py": b"x = ctypes.CDLL('libx.so.1')\n"}
    fragment = unpack(workbench, wheel(tmp_path, files))
    assert fragment.entry("app/site-packages/demo/ffi.py")["opens"] == [["libx.so.1"]]
    assert "opens" not in fragment.entry("app/site-packages/demo/__init__.py")


PKGUTIL = b"from pkgutil import extend_path\n\n__path__ = extend_path(__path__, __name__)\n"
PKG_RESOURCES = b"""# A license.
\"\"\"Declares a namespace.\"\"\"
try:
    __import__("pkg_resources").declare_namespace(__name__)
except ImportError:
    import pkgutil

    __path__ = pkgutil.extend_path(__path__, __name__)
"""


def _shared(workbench: Workbench, directory: Path, name: str, declaration: bytes) -> Fragment:
    info = f"{name}-1.0.dist-info"
    files = {
        "shared/__init__.py": declaration,
        f"shared/{name}.py": b"x = 1\n",
        f"{info}/METADATA": f"Name: {name}\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\n",
    }
    path = directory / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file, content in {**files, f"{info}/RECORD": record_of(files, info)}.items():
            archive.writestr(file, content)
    return unpack(workbench, path, ("origin", name))


@pytest.mark.parametrize("other", [PKGUTIL + b"# type: ignore\n", PKG_RESOURCES, b"", b"# mine\n"])
def test_wheels_that_share_a_namespace_go_together(
    workbench: Workbench, tmp_path: Path, other: bytes
) -> None:
    fragments = [
        _shared(workbench, tmp_path, name, source)
        for name, source in (("one", PKGUTIL), ("two", other))
    ]
    blob, facts = workbench.layer(*fragments)
    with tarfile.open(blob) as archive:
        names = archive.getnames()
        assert names.count("app/site-packages/shared/__init__.py") == 1
        assert {"app/site-packages/shared/one.py", "app/site-packages/shared/two.py"} <= set(names)
        stream = archive.extractfile("app/site-packages/shared/__init__.py")
        assert stream and stream.read() == PKGUTIL
    (entry,) = (
        each
        for each in json.loads(facts.read_text())["entries"]
        if each["path"].endswith("__init__.py")
    )
    assert entry["sha256"] == hashlib.sha256(PKGUTIL).hexdigest()


@pytest.mark.parametrize(
    "other",
    [b"import os\n", b"x = 1\n", PKGUTIL + b"from shared.two import x\n", b"def f(): pass\n", b"("],
)
def test_code_in_a_package_that_wheels_share_is_a_conflict(
    workbench: Workbench, tmp_path: Path, other: bytes
) -> None:
    fragments = [
        _shared(workbench, tmp_path, name, source)
        for name, source in (("one", PKGUTIL), ("two", other))
    ]
    with pytest.raises(Failed, match=r"two different files.*\n.*leave it out with a path policy"):
        workbench.layer(*fragments)
