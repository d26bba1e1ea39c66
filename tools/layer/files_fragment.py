"""The verb ``files-fragment``: files of the build, at their places in the image.

Its keys:
    file*?              {"src", "path", "mode"?, "uid"?, "gid"?, "kind"?, "architecture"?}; kind
                        says what the file must be: "jar", or "program", an ELF program for an
                        architecture, by Debian's name; or is: "arguments", a file of arguments of
                        java(1), whose text goes into the facts
    symlink*?           {"path", "target", "uid"?, "gid"?}
    directory*?         {"path", "mode"?, "uid"?, "gid"?}
    tree*?              {"src": directory, "path": prefix ("" is the root), "mode"?, "uid"?, "gid"?}
    policy*?            see ``path_policy.py``; on paths in the image; no line means: drop nothing
    A mode left out is decided by content, never by the host's permission bits, because Bazel's
    sandboxes and remote executors set those differently: 0755 for a script (``#!``) or an ELF
    program, else 0644. Owners default to 0:0.
"""

from __future__ import annotations

import mmap
import os

from tools.action.params import parse_mode
from tools.errors import PlinthError
from tools.layer import application_facts
from tools.layer.elf import MAGIC, is_program, parse_elf
from tools.layer.fragment import FRAGMENT_KEYS, FragmentWriter
from tools.layer.path_policy import compile_policy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TypedDict

    from tools.action.params import Params
    from tools.layer.facts import Entry

    class Item(TypedDict, total=False):
        """A file, a link, a directory or a tree, as the module's docstring has them."""

        src: str
        path: str
        target: str
        mode: str
        kind: str
        uid: int
        gid: int

    class Owner(TypedDict):
        """The owner of an entry."""

        uid: int
        gid: int


_PIECE = 1 << 18


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        PlinthError: a file cannot be read or is not what it must be, or two of them share a path.
    """
    params.only((*FRAGMENT_KEYS, "file", "symlink", "directory", "tree", "policy"))
    policy = compile_policy(params.many("policy"), ())
    writer = FragmentWriter(params, "files")
    directories: list[Item] = params.many("directory")
    trees: list[Item] = params.many("tree")
    links: list[Item] = params.many("symlink")
    given: list[Item] = params.many("file")
    for item in directories:
        mode = parse_mode(item.get("mode") or "0755", item["path"])
        writer.directory(_relative(item["path"]), mode=mode, **_owner(item))
    files = [(item["src"], _relative(item["path"]), item) for item in given]
    for item in trees:
        files += [(source, path, item) for source, path in _walk(item["src"], item["path"])]
    # By path, so that the bytes do not depend on the order of a depset.
    for source, path, item in sorted(files, key=lambda file: os.fsencode(file[1])):
        if policy.keeps(path):
            _add(writer, source, path, item)
    for item in sorted(links, key=lambda link: os.fsencode(link["path"])):
        if policy.keeps(_relative(item["path"])):
            writer.symlink(_relative(item["path"]), item["target"], **_owner(item))
    writer.finish()


def content_mode(start: bytes, source: str) -> int:
    """Return the default mode of a file: 0755 for programs, else 0644.

    Args:
        start: its first bytes.
        source: the file; read only if ``start`` is of ELF.
    """
    if start.startswith(b"#!"):
        return 0o755
    if start.startswith(MAGIC):
        with (
            open(source, "rb") as stream,
            mmap.mmap(stream.fileno(), 0, prot=mmap.PROT_READ) as data,
        ):
            elf = parse_elf(data)
        return 0o755 if elf and is_program(elf) else 0o644
    return 0o644


def _add(writer: FragmentWriter, source: str, path: str, item: Item) -> None:
    try:
        with open(source, "rb", buffering=0) as stream:
            start = stream.read(4)
            stream.seek(0)
            if item.get("kind") in {"jar", "program"}:
                from tools.layer.file_kind import require_kind  # noqa: PLC0415 - few files have one

                require_kind(writer.origin, path, stream.fileno(), item)
            given = item.get("mode")
            mode = parse_mode(given, path) if given else content_mode(start, source)
            size = os.fstat(stream.fileno()).st_size
            described = _described(stream, path, size, item.get("kind", ""))
            pieces = read_pieces(stream)
            writer.file(path, size, pieces, mode=mode, described=described, **_owner(item))
    except OSError as error:
        raise PlinthError(f"{writer.origin}: {path}: cannot read {source}: {error}") from error


def _described(stream: Any, path: str, size: int, kind: str) -> Entry:
    """Return facts that only files of an application have."""
    if not kind and not path.endswith(application_facts.SUFFIXES):
        return {}
    found = application_facts.describe(path, size, kind, stream)
    stream.seek(0)
    return found


def read_pieces(stream: Any) -> Iterator[memoryview]:
    """Yield the content of an unbuffered stream."""
    while piece := stream.read(_PIECE):
        yield memoryview(piece)


def _walk(directory: str, prefix: str) -> Iterator[tuple[str, str]]:
    """Yield every file below a directory; empty directories are skipped.

    Links are followed, because the inputs of a sandbox are links.
    """
    for root, directories, names in os.walk(directory, followlinks=True):
        directories.sort()
        inside = os.path.relpath(root, directory)
        for name in names:
            place = name if inside == "." else f"{inside}/{name}"
            yield os.path.join(root, name), _relative(f"{prefix}/{place}" if prefix else place)


def _relative(path: str) -> str:
    """Accept a leading slash, which means the same."""
    return path.strip("/").removeprefix("./")


def _owner(item: Item) -> Owner:
    owner: Owner = {"uid": item.get("uid", 0), "gid": item.get("gid", 0)}
    for key, number in (("uid", owner["uid"]), ("gid", owner["gid"])):
        if not 0 <= number <= _LARGEST_ID:
            raise PlinthError(
                f"{item['path']}: {key} = {number} is no account's number\n"
                f"  write one from 0 to {_LARGEST_ID}"
            )
    return owner


_LARGEST_ID = 0xFFFFFFFE  # 4294967295 means "no such id" to chown(2)
