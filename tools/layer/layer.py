"""The verb ``layer``: concatenates fragments to one layer.

One member holds every directory, sorted. Then come the segments, unchanged, and then the
end-of-archive, or the end of the format. Only the first and the last are compressed here: the rest
is copied and hashed.

Its keys:
    segment*?           {"segment": path, "facts": path}, in the order of the layer
    out_layer           the blob
    out_facts           layer.json
    created_by?         label for the image's history
    below*?             layer.json of layers, or facts of foreign images, below this one.
                        Packages that they have are left out. Directories that this layer
                        needs but does not name look there as they do in those (a home directory
                        of the base with mode 0700, say); without it they become 0755 root, and
                        ``image`` refuses the pair when that differs.
    kept*?              name of a package below that is there in another version than the lock of
                        this layer's packages has: what these ask of it is checked
    asked*?             name of a package that is wanted whole: what the layers below lack of it, if
                        they have it, is in the layer
    compression?        as above; its format must be that of the segments
"""

from __future__ import annotations

import os

from tools.action import json_text
from tools.layer.below import left_to_add, read_below
from tools.layer.blob import BlobWriter, place
from tools.layer.compress import ESTARGZ, WITH_TOC, compressor
from tools.layer.entry_header import entry_header
from tools.layer.facts import VERSION, read_facts
from tools.layer.merge import merge_entries
from tools.layer.namespaces import spare_declarations
from tools.tar.header import ZERO_BLOCK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tools.action.params import Params
    from tools.layer.facts import Entry, Facts, PackageFacts

_KEYS = ("segment", "out_layer", "out_facts", "created_by", "compression", "below", "kept", "asked")


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        PlinthError: fragments contradict each other, or a segment does not fit its facts.
    """
    params.only(_KEYS)
    codec = compressor(params.optional("compression"))
    segments = [(item["segment"], read_facts(item["facts"])) for item in params.many("segment")]
    below = read_below(params.many("below"))
    added, present = left_to_add((facts for _, facts in segments), below, params.many("asked"))
    segments = [
        (path, facts) for (path, _), facts in zip(segments, added, strict=True) if facts is not None
    ]
    packages = [facts["package"] for _, facts in segments if facts["package"]]
    _check_kept(packages, below, [*params.many("kept"), *present])
    spare = params.path("out_layer") + ".segment"
    segments = _rewritten(segments, params.optional("compression"), spare)
    entries = merge_entries((facts for _, facts in segments), below)
    directories = [entry for entry in entries if entry["type"] == "directory"]
    with open(params.path("out_layer"), "wb") as out:
        blob = BlobWriter(out, codec)
        blob.add(b"".join(map(entry_header, directories)))
        places = [(facts, blob.add_segment(path, facts)) for path, facts in segments]
        annotations = _finish(blob, codec.name, directories, places)
    for path, _ in segments:
        if path.startswith(spare):
            os.unlink(path)
    json_text.write(
        params.path("out_facts"),
        {
            "version": VERSION,
            "media_type": codec.media_type,
            "digest": f"sha256:{blob.digest.hexdigest()}",
            "diff_id": f"sha256:{blob.diff_id.hexdigest()}",
            "size": blob.size,
            "uncompressed_size": blob.tar_size,
            "created_by": _without_names(params.optional("created_by") or "plinth", present),
            **({"annotations": annotations} if annotations else {}),
            "packages": packages,
            "components": [
                {**facts["component"], "origin": facts["origin"]}
                for _, facts in segments
                if facts.get("component")
            ],
            "fragments": [place(facts, offsets) for facts, offsets in places],
            "entries": entries,
            **_configuration(segments, below),
        },
    )


def _rewritten(
    segments: list[tuple[str, Facts]], compression: dict[str, Any] | None, spare: str
) -> list[tuple[str, Facts]]:
    """Return the segments, each with only the files that the layer needs.

    The configuration has its own version of the files that it changes. Of a package below, only the
    missing files are needed. Wheels that share a namespace of Python need one declaration of it.

    Args:
        segments: path and facts of each.
        compression: as the params file has it.
        spare: path for segments that are made again; a number is added to it.
    """
    taken: set[str] = set()
    for _, facts in segments:
        if "configuration" in facts:
            taken.update(facts["configuration"]["removes"])
            taken |= {item["path"] for item in facts["entries"] if item["type"] != "directory"}
    result = []
    declared = spare_declarations(facts for _, facts in segments)
    for number, (path, facts) in enumerate(segments):
        kept = facts["entries"]
        if declared[number]:
            kept = [item for item in kept if item["path"] not in declared[number]]
        if taken and "configuration" not in facts:
            kept = [item for item in kept if item["path"] not in taken]
        if len(kept) == len(facts["entries"]) and "completes" not in facts:
            result.append((path, facts))
            continue
        from tools.layer.rewriting import only  # noqa: PLC0415 - seldom needed

        name = f"{spare}{number}"
        result.append((name, only(path, {**facts, "entries": kept}, name, compression)))
    return result


def _configuration(segments: list[tuple[str, Facts]], below: list[Facts]) -> dict[str, Any]:
    """Return what layers above need: effects of packages, and what was made for which layers."""
    made_over = {digest for _, facts in segments for digest in facts.get("made_over", ())}
    if any("made_over" in facts for _, facts in segments):
        made_over.update(facts["digest"] for facts in below)
    effects = {
        facts["package"]["name"]: facts["effects"]
        for _, facts in segments
        if facts["package"] and facts.get("effects")
    }
    not_reproduced = [
        item
        for _, facts in segments
        for item in facts.get("configuration", {}).get("not_reproduced", ())
    ]
    return {
        **({"made_over": sorted(made_over)} if made_over else {}),
        **({"effects": effects} if effects else {}),
        **({"not_reproduced": not_reproduced} if not_reproduced else {}),
    }


def _check_kept(packages: list[PackageFacts], below: list[Facts], kept: list[str]) -> None:
    if kept:
        from tools.layer.relations import check_relations  # noqa: PLC0415 - slow to import

        lower = [package for facts in below for package in facts["packages"]]
        check_relations(packages, lower, kept)


def _without_names(created_by: str, present: dict[str, PackageFacts]) -> str:
    """Return the label without the packages that are not in the final layer."""
    names = {f"{name}={package['version']}" for name, package in present.items()}
    return " ".join(word for word in created_by.split(" ") if word not in names)


def _finish(
    blob: BlobWriter,
    format_name: str,
    directories: list[Entry],
    places: list[tuple[Facts, list[int]]],
) -> dict[str, str]:
    """Write the end of the archive in its format; return the annotations of the layer."""
    if format_name not in WITH_TOC:
        blob.add(ZERO_BLOCK * 2)
        return {}
    from tools.layer.toc import TocEntry, items_of  # noqa: PLC0415 - seldom needed

    items = [TocEntry(entry, entry["origin"]) for entry in directories]
    for facts, offsets in places:
        items += items_of(facts, offsets)
    if format_name == ESTARGZ:
        from tools.layer import estargz  # noqa: PLC0415

        return estargz.finish(blob, items)
    from tools.layer import zstd_chunked  # noqa: PLC0415

    return zstd_chunked.finish(blob, items)
