"""The report on how two images differ, and the verb ``diff`` that writes it.

Its keys:
    old*, new*          images
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.errors import PlinthError
from tools.inspect.difference import Change, ImageDifference, compare_images
from tools.inspect.image_facts import ImageFacts, read_image
from tools.inspect.problem import shown
from tools.inspect.report import REPORT_KEYS, Report, Table, write_report
from tools.inspect.sizes import format_change, format_size
from tools.inspect.surface import LISTS, NUMBERS
from tools.inspect.transfer import plan_transfer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from tools.action.params import Params

_MOST_FILES = 40
_SIZES = ("compressed", "uncompressed")


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        PlinthError: facts cannot be read, or the images are for different platforms.
    """
    params.only(("old", "new", *REPORT_KEYS))
    old = [read_image(item) for item in params.many("old")]
    new = [read_image(item) for item in params.many("new")]
    write_report(params, report(old, new))


def report(old: Sequence[ImageFacts], new: Sequence[ImageFacts]) -> Report:
    """Report on the differences of images, those of an index by platform.

    Raises:
        PlinthError: no two of them are for one platform.
    """
    pairs = _pairs(old, new)
    parts: list[str | Table] = []
    documents = []
    for before, after in pairs:
        difference = compare_images(before, after)
        suffix = f" ({after.platform})" if len(pairs) > 1 else ""
        parts += _parts(difference, before, after, suffix)
        documents.append(_document(difference, before, after))
    title = f"From {old[0].label} to {new[0].label}"
    return Report(title, parts, {"differences": documents})


def _pairs(
    old: Sequence[ImageFacts], new: Sequence[ImageFacts]
) -> list[tuple[ImageFacts, ImageFacts]]:
    if len(old) == len(new) == 1:
        return [(old[0], new[0])]
    before = {image.platform: image for image in old}
    pairs = [(before[image.platform], image) for image in new if image.platform in before]
    if not pairs:
        raise PlinthError(
            "diff: no two images are for one platform:"
            f" {', '.join(before)} and {', '.join(image.platform for image in new)}"
        )
    return pairs


def _parts(
    difference: ImageDifference, old: ImageFacts, new: ImageFacts, suffix: str
) -> list[str | Table]:
    if difference.empty:
        return [f"The images have the same content and configuration{suffix}."]
    parts: list[str | Table] = [_numbers(difference, old, new, suffix)]
    for title, changes in (
        ("packages", difference.packages),
        ("components", difference.components),
        ("configuration", difference.config),
    ):
        if changes:
            rows = [[_name(change), *_before_after(change)] for change in changes]
            parts.append(Table([title + suffix, "before", "after"], rows, left=(1, 2)))
    surface = [
        [LISTS[key], f"{change.sign} {shown(change.name)}"]
        for key, changes in difference.surface.items()
        for change in changes
    ]
    if surface:
        parts.append(Table([f"surface{suffix}", ""], surface, left=(1,)))
    files = [change for change in difference.files if not _is_directory(change)]
    if files:
        parts.append(_by_origin(files, suffix))
        rows = [
            [f"{change.sign} {shown(change.name)}", change.what, _growth(change)]
            for change in files[:_MOST_FILES]
        ]
        if len(files) > _MOST_FILES:
            rows.append(
                [f"… {len(files) - _MOST_FILES} more; the JSON report has them all", "", ""]
            )
        parts.append(Table([f"files{suffix}", "", "size"], rows, left=(1,)))
    return parts


def _numbers(difference: ImageDifference, old: ImageFacts, new: ImageFacts, suffix: str) -> Table:
    before, after = (surface.numbers for surface in difference.surfaces)
    rows = []
    for key, name in NUMBERS.items():
        if key in _SIZES:
            cells = [format_size(before[key]), format_size(after[key])]
            change = format_change(before[key], after[key])
        else:
            cells = [str(before[key]), str(after[key])]
            change = f"{after[key] - before[key]:+d}" if after[key] != before[key] else "="
        rows.append([name, *cells, change])
    transfer = plan_transfer(old, new)
    rows.append(["to pull", format_size(transfer.cold), format_size(transfer.warm), ""])
    rows[-1][0] = "to pull: new node, node with the old image"
    return Table([f"numbers{suffix}", "before", "after", "change"], rows)


def _by_origin(files: Sequence[Change], suffix: str) -> Table:
    counts: dict[str, list[int]] = {}
    for change in files:
        row = counts.setdefault(change.origin or "?", [0, 0, 0, 0])
        row["+~-".index(change.sign)] += 1
        row[3] += _size(change.after) - _size(change.before)
    rows = [
        [origin, *(str(count) for count in row[:3]), format_change(0, row[3])]
        for origin, row in sorted(counts.items(), key=lambda item: (-sum(item[1][:3]), item[0]))
    ]
    return Table([f"files of{suffix}", "added", "changed", "removed", "size"], rows)


def _is_directory(change: Change) -> bool:
    entries = [entry for entry in (change.before, change.after) if entry]
    return all(entry["type"] == "directory" for entry in entries) and change.sign != "~"


def _name(change: Change) -> str:
    return f"{change.sign} {change.name}"


def _before_after(change: Change) -> list[str]:
    return ["" if value is None else str(value) for value in (change.before, change.after)]


def _size(entry: Any) -> int:
    return int((entry or {}).get("size", 0))


def _growth(change: Change) -> str:
    return format_change(_size(change.before), _size(change.after))


def _document(difference: ImageDifference, old: ImageFacts, new: ImageFacts) -> dict[str, Any]:
    def plain(changes: Sequence[Change]) -> list[dict[str, Any]]:
        return [
            {"name": change.name, "before": change.before, "after": change.after}
            for change in changes
        ]

    only_old, only_new, both = difference.layers
    return {
        "old": old.label,
        "new": new.label,
        "platform": new.platform,
        "numbers": {
            key: {
                "before": difference.surfaces[0].numbers[key],
                "after": difference.surfaces[1].numbers[key],
            }
            for key in NUMBERS
        },
        "layers": {"only_old_bytes": only_old, "only_new_bytes": only_new, "both_bytes": both},
        "packages": plain(difference.packages),
        "components": plain(difference.components),
        "config": plain(difference.config),
        "surface": {
            key: {
                "added": [change.name for change in changes if change.sign == "+"],
                "removed": [change.name for change in changes if change.sign == "-"],
            }
            for key, changes in difference.surface.items()
        },
        "files": [
            {
                "path": change.name,
                "change": change.what,
                "origin": change.origin,
                "size_before": _size(change.before) if change.before else None,
                "size_after": _size(change.after) if change.after else None,
            }
            for change in difference.files
        ],
    }
