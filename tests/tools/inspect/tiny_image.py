"""Images that are nothing but facts, made of what a test names."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from tests.tools.elf_builder import Elf
from tools.inspect.closure import check_closure
from tools.inspect.image_facts import ImageFacts
from tools.layer.content import START, describe_content, worth_reading
from tools.layer.merge import merge_entries

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tools.layer.facts import Entry, Facts

Content = bytes | Elf | str
"""A file, an object, or the target of a symbolic link."""

LOADER = "/lib64/ld-linux-x86-64.so.2"
GLIBC = ("GLIBC_2.2.5", "GLIBC_2.34", "GLIBC_2.36")
LIBC: dict[str, Content] = {
    "lib64": "usr/lib64",
    "lib": "usr/lib",
    "usr/lib64/ld-linux-x86-64.so.2": "../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2",
    "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2": Elf(soname="ld-linux-x86-64.so.2"),
    "usr/lib/x86_64-linux-gnu/libc.so.6": Elf(
        soname="libc.so.6", needed=("ld-linux-x86-64.so.2",), versions_defined=GLIBC
    ),
}
"""A C library, on merged-usr directories."""


def program(*needed: str, **more: Any) -> Elf:
    """Return a program."""
    return Elf(interpreter=LOADER, needed=(*needed, "libc.so.6"), **more)


def layer(
    files: Mapping[str, Content],
    *,
    modes: Mapping[str, int] | None = None,
    origin: str = "//app:files",
    package: Mapping[str, Any] | None = None,
    **more: Any,
) -> Facts:
    """Facts of a layer; a file is executable unless ``modes`` says something else."""
    modes = modes or {}
    of: Any = package
    entries = [_entry(path, content, modes.get(path, 0o755)) for path, content in files.items()]
    fragment: Facts = {"origin": origin, "entries": entries, "package": of}
    merged = merge_entries([fragment])
    digest = hashlib.sha256(repr(merged).encode()).hexdigest()
    size = sum(entry.get("size", 0) for entry in merged)
    return {
        "version": 1,
        "media_type": "application/vnd.oci.image.layer.v1.tar+gzip",
        "digest": f"sha256:{digest}",
        "size": size,
        "uncompressed_size": size,
        "created_by": f"test: {origin}",
        "entries": merged,
        "packages": [of] if of else [],
        "fragments": [
            {
                "origin": origin,
                "package": of and of["name"],
                "offset": 0,
                "size": size,
                "compressed_size": size,
            }
        ],
        **more,  # type: ignore[typeddict-item]
    }


def libc(version: str = "2.36-9") -> Facts:
    """Return the layer of the C library."""
    package = {
        "name": "libc6",
        "version": version,
        "architecture": "amd64",
        "source": "glibc",
    }
    return layer(LIBC, origin="libc6", package=package)


def image(
    *layers: Facts, config: Mapping[str, Any] | None = None, architecture: str = "amd64"
) -> ImageFacts:
    """Return an image of layers."""
    return ImageFacts(
        label="//app:image",
        config={"os": "linux", "architecture": architecture, "config": dict(config or {})},
        manifest={
            "layers": [{"digest": item["digest"], "size": item["size"]} for item in layers],
            "config": {"digest": "sha256:0", "size": 100},
        },
        layers=layers,
    )


def _entry(path: str, content: Content, mode: int) -> Entry:
    owner: Entry = {"uid": 0, "gid": 0}
    if isinstance(content, str):
        return {"path": path, "type": "symlink", "mode": 0o777, "target": content, **owner}
    data = content.build() if isinstance(content, Elf) else content
    entry: Entry = {"path": path, "type": "file", "mode": mode, "size": len(data), **owner}
    entry["sha256"] = hashlib.sha256(data).hexdigest()
    if worth_reading(path, len(data), data[:START]):
        entry.update(describe_content(path, data))
    return entry


def with_files(files: dict[str, Content], **more: Any) -> ImageFacts:
    """Return an image of the C library and ``files``."""
    return image(libc(), layer(files), **more)


def problems(found: ImageFacts) -> list[tuple[str, str]]:
    """Kind and path of each problem."""
    return [(problem.kind, problem.path) for problem in check_closure(found).problems]


def package(name: str, depends: str = "", **more: str) -> dict[str, str]:
    return {"name": name, "version": "1", "source": name, "depends": depends, **more}
