"""The report on what an update moves, and the verb ``transfer`` that writes it.

Its keys:
    old*?, new*         images; also with "format", where there are several
    nodes?              how many nodes, default 1
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.errors import PlinthError
from tools.inspect.image_facts import ImageFacts, read_image
from tools.inspect.report import REPORT_KEYS, Report, Table, write_report
from tools.inspect.sizes import format_size
from tools.inspect.transfer import Transfer, plan_transfer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from tools.action.params import Params

_WIDEST = 60


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        PlinthError: facts cannot be read.
    """
    params.only(("old", "new", "nodes", *REPORT_KEYS))
    groups: dict[str, tuple[list[ImageFacts], list[ImageFacts]]] = {}
    for side, key in enumerate(("old", "new")):
        for item in params.many(key):
            format_of = item.get("format", "")
            groups.setdefault(format_of, ([], []))[side].append(read_image(item))
    write_report(params, report(groups, params.one("nodes", 1)))


def report(
    groups: Mapping[str, tuple[Sequence[ImageFacts], Sequence[ImageFacts]]], nodes: int
) -> Report:
    """Report on the transfer from old images to new ones.

    Args:
        groups: old and new images, several for an index, by the name of their format.
        nodes: how many nodes pull.

    Raises:
        PlinthError: there is no new image.
    """
    parts: list[str | Table] = []
    documents = []
    totals: list[list[str]] = []
    title = ""
    for name, (old, new) in groups.items():
        if not new:
            raise PlinthError("transfer: no new image")
        by_platform = {image.platform: image for image in old}
        for image in new:
            before = by_platform.get(image.platform)
            if before is None and len(old) == len(new) == 1:
                before = old[0]
            transfer = plan_transfer(before, image)
            start = before.label if before else "nothing"
            title = title or f"Transfer from {start} to {image.label}"
            what = " ".join(filter(None, (image.platform, name)))
            parts.append(_layers(transfer, what))
            totals += _totals(transfer, what, nodes, before is not None)
            documents.append(_document(transfer, before, image, name, nodes))
    header = ["", "cold", "warm", "warm, lazily"]
    note = (
        "A cold node has nothing, a warm one has the old image. Lazily is a puller of"
        " zstd:chunked, which leaves out the files it has in any layer: an estimate from each"
        " file's share."
    )
    return Report(title, [Table(header, totals), *parts, note], {"transfers": documents})


def _totals(transfer: Transfer, what: str, nodes: int, warm: bool) -> list[list[str]]:
    lazy = transfer.lazy if warm else None
    rows = []
    for count in sorted({1, nodes}):
        label = what if count == 1 else f"{what}, {count} nodes"
        rows.append(
            [
                label,
                format_size(count * transfer.cold),
                format_size(count * transfer.warm) if warm else "",
                "" if lazy is None else f"~{format_size(count * lazy)}",
            ]
        )
    return rows


def _layers(transfer: Transfer, what: str) -> Table:
    rows = []
    for layer in transfer.layers:
        name = layer.created_by
        name = name if len(name) <= _WIDEST else name[: _WIDEST - 1] + "…"
        lazy = "" if layer.held or layer.lazy is None else f"~{format_size(layer.lazy)}"
        pulled = "has it" if layer.held else format_size(layer.size)
        rows.append([name or layer.digest[:19], format_size(layer.size), pulled, lazy])
    rows.append(
        ["manifest, configuration", format_size(transfer.metadata),
         "has it" if transfer.metadata_held else format_size(transfer.metadata), ""]
    )  # fmt: skip
    return Table([f"layers ({what})", "size", "pulled", "lazily"], rows)


def _document(
    transfer: Transfer, old: ImageFacts | None, new: ImageFacts, name: str, nodes: int
) -> dict[str, Any]:
    return {
        "old": old.label if old else None,
        "new": new.label,
        "platform": new.platform,
        "format": name,
        "nodes": nodes,
        "cold_bytes": transfer.cold,
        "warm_bytes": transfer.warm,
        "lazy_bytes_estimate": transfer.lazy,
        "metadata_bytes": transfer.metadata,
        "layers": [
            {
                "digest": layer.digest,
                "size": layer.size,
                "created_by": layer.created_by,
                "held": layer.held,
                "lazy_bytes_estimate": layer.lazy,
            }
            for layer in transfer.layers
        ],
    }
