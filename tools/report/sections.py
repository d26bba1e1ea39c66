"""The sections of the page, each a function from facts to HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tools.inspect.difference import Change, ImageDifference
from tools.inspect.image_facts import ImageFacts
from tools.inspect.sizes import format_size
from tools.inspect.surface import LISTS, Surface
from tools.report.markup import Content, Markup, element, joined
from tools.sbom.licenses import NOASSERTION
from tools.sbom.model import Component, ImageContents

if TYPE_CHECKING:
    from tools.layer.facts import Facts

_MOST_SHOWN = 200
_KINDS = {
    "deb": "Debian package",
    "apk": "apk package",
    "pypi": "Python",
    "npm": "Node.js",
    "archive": "archive",
    "files": "made by the build",
}


def section(identifier: str, title: str, *content: Content) -> Markup:
    """Return a section with its heading."""
    return element("section", element("h2", title), *content, id=identifier)


def tiles(items: Iterable[tuple[str, str, str]]) -> Markup:
    """Return the numbers at the top: name, value, and link to the section."""
    return element(
        "div",
        *(
            element("a", element("b", value), element("span", name), href=f"#{where}")
            for name, value, where in items
        ),
        class_="tiles",
    )


def treemap() -> Markup:
    """Return the area in which the script draws."""
    return section(
        "room",
        "Sizes",
        element(
            "p",
            element("button", "by package", type="button", data_view="package"),
            element("button", "by folder", type="button", data_view="folder"),
            element("span", "", id="crumbs"),
            class_="controls",
        ),
        element("div", "", id="treemap", role="img", aria_label="Sizes of packages and folders"),
        element("p", "Bytes on disk. Click to look inside.", class_="note"),
    )


def layers(image: ImageFacts) -> Markup:
    """Return the layers, with the contents of each."""
    described = image.manifest["layers"]
    total = sum(layer["size"] for layer in described) or 1
    facts: list[Facts | None] = [None] * image.foreign_layers
    facts += image.layers
    bar, rows = [], []
    for number, (layer, known) in enumerate(zip(described, facts, strict=True), 1):
        share = f"{100 * layer['size'] / total:.2f}%"
        bar.append(element("i", "", style=f"flex-basis:{share}", title=f"layer {number}: {share}"))
        rows.append(
            [
                str(number),
                format_size(layer["size"]),
                format_size(known["uncompressed_size"]) if known else "?",
                _made_of(known),
            ]
        )
    return section(
        "layers",
        "Layers",
        element("div", *bar, class_="bar"),
        table(["#", "compressed", "unpacked", "holds"], rows, numeric={1, 2}),
    )


def surface(found: Surface) -> Markup:
    """Return the surface of the image: every list with its length, and its items on demand."""
    items = []
    for key, title in LISTS.items():
        entries = found.lists[key]
        if not entries:
            items.append(element("li", element("b", "0"), f" {title}", class_="none"))
            continue
        shown = [element("li", element("code", _absolute(each))) for each in entries[:_MOST_SHOWN]]
        if len(entries) > _MOST_SHOWN:
            shown.append(element("li", f"and {len(entries) - _MOST_SHOWN} more"))
        summary = element("summary", element("b", str(len(entries))), f" {title}")
        items.append(element("li", element("details", summary, element("ul", *shown))))
    return section("surface", "Surface", element("ul", *items, class_="surface"))


def contents(found: ImageContents, sizes: Mapping[str, int]) -> Markup:
    """Return the searchable bill of materials.

    Args:
        found: the contents.
        sizes: bytes on disk of each component, by key.
    """
    rows = [
        [
            element("b", component.name),
            component.version,
            _KINDS[component.kind],
            _license(component),
            component.supplier.partition("<")[0].strip(),
            format_size(sizes.get(component.key, 0)),
        ]
        for component in found.components
    ]
    unknown = (
        element("p", f"{len(found.unknown_layers)} layers of another tool are not listed.")
        if found.unknown_layers
        else None
    )
    return section(
        "contents",
        "Contents",
        element(
            "p",
            Markup(
                '<input type="search" id="search" placeholder="Search names, licenses, suppliers"'
                ' aria-label="Search the contents">'
            ),
            element("span", f"{len(rows)} shown", id="matches"),
            class_="controls",
        ),
        unknown,
        table(
            ["name", "version", "kind", "license", "supplier", "on disk"],
            rows,
            numeric={5},
            identifier="components",
        ),
    )


def vulnerabilities(findings: Mapping[str, Any] | None) -> Markup:
    """Return the findings of the rule ``advisories``; None if they were not looked up."""
    if findings is None:
        return section("vulnerabilities", "Known vulnerabilities", element("p", "Not looked up."))
    rows: list[list[Content]] = []
    for counts, group in ((True, findings["failing"]), (False, findings["others"])):
        for each in group:
            cure = f"fixed in {each['fixed_version']}" if each["fixed_version"] else each["state"]
            said = each["suppressed"] or each["note"] or each["summary"]
            rows.append(
                [
                    element("b", each["id"]) if counts else each["id"],
                    element("span", each["severity"], class_=f"severity {each['severity']}"),
                    f"{each['source']} {each['version']}",
                    "suppressed" if each["suppressed"] else cure,
                    said,
                ]
            )
    when = f" on {findings['as_of']}" if findings["as_of"] else ""
    told = f"{findings['looked_up']} packages looked up, as known{when}; what counts is in bold."
    return section(
        "vulnerabilities",
        "Known vulnerabilities",
        element("p", told, class_="note"),
        table(["", "severity", "source", "cure", ""], rows)
        if rows
        else element("p", "None is known."),
    )


def changes(difference: ImageDifference | None, since: str) -> Markup | None:
    """Return the differences from an earlier image; None if there is none."""
    if difference is None:
        return None
    title = f"What changed since {since}"
    if difference.empty:
        return section("changes", title, element("p", "Nothing: the two have the same content."))
    groups = [
        ("packages", difference.packages),
        ("other components", difference.components),
        ("configuration", difference.config),
    ]
    parts: list[Content] = [
        table([name, "before", "after"], [_change_row(change) for change in found])
        for name, found in groups
        if found
    ]
    exposed = [
        [LISTS[key], element("code", f"{change.sign} {_absolute(change.name)}")]
        for key, found in difference.surface.items()
        for change in found
    ]
    if exposed:
        parts.append(table(["surface", ""], exposed))
    counts = [(sign, sum(each.sign == sign for each in difference.files)) for sign in "+-~"]
    told = ", ".join(
        f"{count} {word}"
        for (_, count), word in zip(counts, ("added", "removed", "changed"), strict=True)
    )
    parts.append(element("p", f"Files: {told}.", class_="note"))
    return section("changes", title, *parts)


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[Content]],
    *,
    numeric: Iterable[int] = (),
    identifier: str | None = None,
) -> Markup:
    """Return a table that scrolls sideways if it is too wide."""
    right = set(numeric)
    # A heading without text is none.
    titles = [
        element("th" if each else "td", each, class_="number" if column in right else None)
        for column, each in enumerate(head)
    ]
    cells = [
        element(
            "tr",
            *(
                element("td", cell, class_="number" if column in right else None)
                for column, cell in enumerate(row)
            ),
        )
        for row in rows
    ]
    return element(
        "div",
        element(
            "table",
            element("thead", element("tr", *titles)),
            element("tbody", *cells),
            id=identifier,
        ),
        class_="scroll",
        role="group",
        aria_label=f"Table: {', '.join(filter(None, head))}",
        tabindex="0",
    )


def _made_of(layer: Facts | None) -> Markup:
    if layer is None:
        return joined("made by another tool")
    largest = sorted(layer["fragments"], key=lambda each: -each["compressed_size"])
    names = [each["package"] or each["origin"].removeprefix("@@") for each in largest]
    text = ", ".join(names[:6])
    more = len(names) - 6
    return joined(text + (f" and {more} more" if more > 0 else ""))


def _license(component: Component) -> str:
    expression = component.license.expression
    return "" if expression == NOASSERTION else expression.replace("LicenseRef-", "")


def _change_row(change: Change) -> list[Content]:
    name = element("b", f"{change.sign} {change.name}")
    return [name, _shown(change.before), _shown(change.after)]


def _shown(value: object) -> str:
    return "" if value is None else str(value)


def _absolute(item: str) -> str:
    """Paths of the facts have no leading slash; other items have no slash at all."""
    is_path = "/" in item.partition(" ")[0] and not item.endswith(("/tcp", "/udp"))
    return f"/{item}" if is_path and not item.startswith("/") else item
