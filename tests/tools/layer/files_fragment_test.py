"""Files of the build, at their places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tools.elf_builder import Elf
from tests.tools.workbench import Failed, Workbench

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = {
    "script": (b"#!/usr/bin/python3\n", 0o755),
    "program": (Elf(interpreter="/lib64/ld-linux-x86-64.so.2").build(), 0o755),
    "static program": (Elf(executable=True).build(), 0o755),
    "library": (Elf(soname="libx.so.1").build(), 0o644),
    "data": (b"data", 0o644),
    "empty": (b"", 0o644),
}


@pytest.mark.parametrize("host_mode", [0o400, 0o644, 0o777])
@pytest.mark.parametrize("kind", CONTENT)
def test_default_modes_are_decided_by_content(
    workbench: Workbench, tmp_path: Path, kind: str, host_mode: int
) -> None:
    content, mode = CONTENT[kind]
    source = tmp_path / "source"
    source.write_bytes(content)
    source.chmod(host_mode)
    fragment = workbench.fragment("files-fragment", ("file", {"src": str(source), "path": "x"}))
    assert fragment.entry("x")["mode"] == mode


def test_files_links_and_directories(workbench: Workbench, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"content")
    fragment = workbench.fragment(
        "files-fragment",
        ("origin", "//app:files"),
        ("file", {"src": str(source), "path": "/app/x", "mode": "4711", "uid": 1, "gid": 2}),
        ("symlink", {"path": "app/y", "target": "../elsewhere"}),
        ("directory", {"path": "var/lib/app", "mode": "0700", "uid": 65532, "gid": 65532}),
    )
    (file, link) = fragment.members()
    assert (file.name, file.mode, file.uid, file.gid) == ("app/x", 0o4711, 1, 2)
    assert (link.name, link.linkname) == ("app/y", "../elsewhere")
    assert fragment.content("app/x") == b"content"
    assert fragment.entry("var/lib/app")["mode"] == 0o700
    assert fragment.facts["origin"] == "//app:files"


def test_trees_are_walked_through_links(workbench: Workbench, tmp_path: Path) -> None:
    real, tree = tmp_path / "real", tmp_path / "tree"
    (tree / "b").mkdir(parents=True)
    real.write_bytes(b"linked")
    (tree / "a").symlink_to(real)  # as a sandbox shows its inputs
    (tree / "b" / "c").write_bytes(b"plain")
    fragment = workbench.fragment("files-fragment", ("tree", {"src": str(tree), "path": "app"}))
    assert [member.name for member in fragment.members()] == ["app/a", "app/b/c"]
    assert fragment.content("app/a") == b"linked"


def test_the_order_of_the_inputs_does_not_matter(workbench: Workbench, tmp_path: Path) -> None:
    items = []
    for name in ("b", "a", "c"):
        (tmp_path / name).write_text(name)
        items.append(("file", {"src": str(tmp_path / name), "path": f"app/{name}"}))
    first = workbench.fragment("files-fragment", *items)
    second = workbench.fragment("files-fragment", *reversed(items))
    assert first.segment.read_bytes() == second.segment.read_bytes()


def test_policy(workbench: Workbench, tmp_path: Path) -> None:
    (tmp_path / "tree" / "__pycache__").mkdir(parents=True)
    (tmp_path / "tree" / "__pycache__" / "x.pyc").touch()
    (tmp_path / "tree" / "x.py").touch()
    fragment = workbench.fragment(
        "files-fragment",
        ("tree", {"src": str(tmp_path / "tree"), "path": ""}),
        ("policy", {"omit": ["**/__pycache__/**"]}),
    )
    assert fragment.paths == ["x.py"]


def test_two_files_at_one_path(workbench: Workbench, tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).write_text(name)
    items = [("file", {"src": str(tmp_path / name), "path": "app/x"}) for name in "ab"]
    with pytest.raises(Failed, match=r"//app: app/x: is there twice"):
        workbench.fragment("files-fragment", ("origin", "//app"), *items)


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (("file", {"src": "nowhere", "path": "x"}), "cannot read nowhere"),
        (("symlink", {"path": "../x", "target": "y"}), "not a relative path"),
        (("directory", {"path": "a//b"}), "not a relative path"),
        (("directory", {"path": "a", "mode": "rwx"}), "'rwx' is not a file mode"),
        (("directory", {"path": "a", "mode": "77777"}), "is not a file mode"),
        (("files", {"path": "a"}), "unknown key 'files'"),
    ],
)
def test_bad_input(workbench: Workbench, item: tuple[str, object], message: str) -> None:
    with pytest.raises(Failed, match=message):
        workbench.fragment("files-fragment", item)


def test_sources_of_an_application_say_what_they_import(
    workbench: Workbench, tmp_path: Path
) -> None:
    source = tmp_path / "main.py"
    source.write_text("import json, flask\nfrom . import own\n")
    places = ("app/main.py", "app/site-packages/x.py", "app/main.txt")
    fragment = workbench.fragment(
        "files-fragment", *[("file", {"src": str(source), "path": path}) for path in places]
    )
    assert [fragment.entry(path).get("imports") for path in places] == [
        ["flask", "json"], None, None,
    ]  # fmt: skip
