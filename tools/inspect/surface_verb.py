"""The verb ``surface``: what an image exposes, next to well-known sets of packages for scale.

Its keys:
    image*              see ``image_facts.read_image``; an image index is several lines of it
    comparison?         JSON: {"sets": [what ``package-set`` writes, …]}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.inspect.image_facts import ImageFacts, read_document, read_image
from tools.inspect.report import REPORT_KEYS, Report, Table, write_report
from tools.inspect.sizes import format_size
from tools.inspect.surface import LISTS, NUMBERS, Surface, largest_origins, measure_surface

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from tools.action.params import Params

_SHOWN = 10
_LARGEST = 8


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        PlinthError: facts cannot be read.
    """
    params.only(("image", "comparison", *REPORT_KEYS))
    images = [read_image(item) for item in params.many("image")]
    path = params.optional("comparison")
    sets = read_document(path)["sets"] if path else []
    write_report(params, report(images, sets))


def report(images: Sequence[ImageFacts], sets: Sequence[Mapping[str, Any]]) -> Report:
    """Report on images, which are those of one index.

    Args:
        images: the images.
        sets: to compare with: {"name", "numbers", "counts"} each.

    Raises:
        PlinthError: facts of layers are missing.
    """
    surfaces = [measure_surface(image) for image in images]
    header = ["", *(image.platform for image in images), *(item["name"] for item in sets)]
    measured = [*(surface.document() for surface in surfaces), *sets]
    rows = [
        [name, *(_number(key, item["numbers"]) for item in measured)]
        for key, name in NUMBERS.items()
    ]
    rows += [[name, *(_count(key, item) for item in measured)] for key, name in LISTS.items()]
    parts: list[str | Table] = [Table(header, rows)]
    for image, surface in zip(images, surfaces, strict=True):
        suffix = f" ({image.platform})" if len(images) > 1 else ""
        parts.append(_lists(surface, suffix))
        parts.append(
            Table(
                [f"largest{suffix}", "compressed"],
                [[name, format_size(size)] for name, size in largest_origins(image, _LARGEST)],
            )
        )
    document = {
        "images": [
            {"image": image.label, "platform": image.platform, **surface.document()}
            for image, surface in zip(images, surfaces, strict=True)
        ],
        "comparison": list(sets),
    }
    return Report(f"Surface of {images[0].label}", parts, document)


def _number(key: str, numbers: Mapping[str, int]) -> str:
    if key not in numbers:
        return ""  # a set of packages has no layers
    size = key in {"compressed", "uncompressed"}
    return format_size(numbers[key]) if size else str(numbers[key])


def _count(key: str, item: Mapping[str, Any]) -> str:
    return str(item["counts"].get(key, "") if "counts" in item else len(item["lists"][key]))


def _lists(surface: Surface, suffix: str) -> Table:
    rows = []
    for key, name in LISTS.items():
        items = surface.lists[key]
        if items:
            more = f", and {len(items) - _SHOWN} more" if len(items) > _SHOWN else ""
            rows.append([name, ", ".join(items[:_SHOWN]) + more])
    return Table([f"what there is{suffix}", ""], rows or [["nothing", ""]], left=(1,))
