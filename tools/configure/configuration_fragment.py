"""The verb ``configuration-fragment``: adds the configuration of the packages of an image.

It is the last fragment of the last layer of some packages, and made for everything below it.

Its keys:
    segment*            {"segment": path, "facts": path} of the packages, and of what else is in
                        their layers
    below*?             {"blobs": [path], "facts": path} of the layers below these, and of foreign
                        images, whose blobs are as ``foreign_blob`` of ``layout``
    asked*?             as of ``layer``
    architecture        Debian's name
    effect*?            what to do: see ``configuration_fragment.EFFECTS``
"""

from __future__ import annotations

from importlib import import_module

from tools.configure.contents import Contents, Source
from tools.configure.image import Image
from tools.configure.overwritten import overwritten
from tools.configure.packages import packages_of
from tools.configure.root import Root
from tools.configure.writers import WRITERS, report_unknown
from tools.errors import PlinthError
from tools.layer.below import left_to_add, read_below
from tools.layer.facts import read_facts
from tools.layer.foreign_layer import find_blob
from tools.layer.fragment import FRAGMENT_KEYS, FragmentWriter
from tools.tar.reader import encode_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from tools.action.params import Params
    from tools.layer.facts import Entry

EFFECTS = ("accounts", "alternatives", "files", *WRITERS)
"""Effects that can be turned off, one by one."""


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        PlinthError: facts or files cannot be read.
    """
    params.only((*FRAGMENT_KEYS, "segment", "below", "asked", "architecture", "effect"))
    own = [Source(read_facts(item["facts"]), item["segment"]) for item in params.many("segment")]
    below = [
        Source(facts, find_blob(facts["digest"], item["blobs"]) or item["blobs"][0])
        for item in params.many("below")
        for facts in read_below([item["facts"]])
    ]
    added, _ = left_to_add(
        (item.facts for item in own), (item.facts for item in below), params.many("asked")
    )
    own = [
        Source(facts, item.path)
        for item, facts in zip(own, added, strict=True)
        if facts is not None
    ]
    kinds = frozenset(params.many("effect"))
    unknown = sorted(kinds - set(EFFECTS))
    if unknown:
        raise PlinthError(
            f"effects: there is no {unknown[0]!r}\n  there are: {', '.join(sorted(EFFECTS))}"
        )
    writer = FragmentWriter(params, "configuration")
    image = configured(own, below, params.path("architecture"), kinds)
    changed, gone = image.root.changes()
    for path in gone:
        if any(entry["path"] == path for source in below for entry in source.facts["entries"]):
            raise PlinthError(
                f"{path}: a package removes it when it is configured, but a layer below has it\n"
                "  put both into one layer, or turn `files` off in `effects`"
            )
    _write(changed, image.root, writer)
    writer.finish(
        {
            "configuration": {
                "effects": sorted(kinds),
                "removes": gone,
                "not_reproduced": image.not_reproduced,
            }
        },
        made_over=(source.facts["digest"] for source in below),
    )


def configured(
    own: Sequence[Source], below: Sequence[Source], architecture: str, kinds: frozenset[str]
) -> Image:
    """Return an image whose own packages are configured.

    Args:
        own: the fragments whose packages are to be configured.
        below: the layers below them, lowest first.
        architecture: Debian's name.
        kinds: which of ``EFFECTS`` to have.
    """
    own_facts, lower = [item.facts for item in own], [item.facts for item in below]
    root = Root(lower, own_facts, Contents([*below, *own]))
    image = Image(root, packages_of(lower, own_facts), architecture)
    if "files" in kinds:
        image.overwrite(overwritten(own, below))
    image.configure(kinds)
    for name, writer in WRITERS.items():
        if name in kinds and writer.concerns(image):
            import_module(f"tools.configure.writers.{writer.module}").write(image)
            image.not_reproduced = [
                each for each in image.not_reproduced if each["package"] not in writer.instead_of
            ]
    report_unknown(image)
    return image


def _write(changed: list[Entry], root: Root, writer: FragmentWriter) -> None:
    """Add the changed entries, with the modes and owners of their directories."""
    changed = sorted(changed, key=lambda entry: encode_name(entry["path"]))
    root.contents.fetch(
        entry.get("content_of", entry["path"])
        for entry in changed
        if entry["type"] == "file" and "data" not in entry
    )
    paths = {entry["path"] for entry in changed}
    for entry in changed:
        path, uid, gid = entry["path"], entry["uid"], entry["gid"]
        if entry["type"] == "directory":
            writer.directory(path, mode=entry["mode"], uid=uid, gid=gid)
        elif entry["type"] == "symlink":
            writer.symlink(path, entry["target"], uid=uid, gid=gid)
        else:
            data = root.read(path)
            writer.file(
                path,
                len(data),
                (memoryview(data),),
                mode=entry["mode"],
                attributes={
                    b"SCHILY.xattr." + encode_name(name): bytes.fromhex(value)
                    for name, value in entry.get("xattrs", {}).items()
                }
                or None,
                uid=uid,
                gid=gid,
            )
        while "/" in path:
            path = path.rpartition("/")[0]
            if path in paths:
                break
            paths.add(path)
            parent = root.entry(path)
            if parent is not None and parent["path"] == path:
                writer.directory(path, mode=parent["mode"], uid=parent["uid"], gid=parent["gid"])
