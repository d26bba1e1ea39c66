"""Puts the page together: sections, style and script, in one file that loads nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

from tools.inspect.difference import compare_images
from tools.inspect.image_facts import ImageFacts
from tools.inspect.sizes import format_size
from tools.inspect.surface import measure_surface
from tools.report import sections
from tools.report.markup import Markup, element, joined
from tools.sbom.model import ImageContents

# A page that may load nothing cannot track its readers.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"


def page(
    image: ImageFacts,
    contents: ImageContents,
    *,
    findings: Mapping[str, Any] | None = None,
    since: ImageFacts | None = None,
) -> str:
    """Return the page about an image.

    Args:
        image: its facts.
        contents: its contents.
        findings: of the rule ``advisories``, if given.
        since: an earlier image to compare with.

    Raises:
        PlinthError: facts of layers are missing.
    """
    exposed = measure_surface(image)
    files, owners, sizes = _files(image, contents)
    numbers = exposed.numbers
    tiles = [
        ("compressed", format_size(numbers["compressed"]), "layers"),
        ("on disk", format_size(numbers["uncompressed"]), "room"),
        ("packages", str(numbers["packages"]), "contents"),
        ("files", str(numbers["files"]), "room"),
        ("layers", str(numbers["layers"]), "layers"),
        ("executables", str(len(exposed.lists["executable"])), "surface"),
        ("shells", str(len(exposed.lists["shell"])), "surface"),
    ]
    if findings is not None:
        tiles.append(("vulnerabilities", str(len(findings["failing"])), "vulnerabilities"))
    body = [
        element(
            "header",
            element("h1", image.label),
            element("p", contents.digest, class_="digest"),
            element("p", _started(image), class_="note"),
        ),
        element(
            "main",
            sections.tiles(tiles),
            sections.changes(compare_images(since, image) if since else None, _name(since)),
            sections.treemap(),
            sections.layers(image),
            sections.surface(exposed),
            sections.vulnerabilities(findings),
            sections.contents(contents, sizes),
        ),
        element("footer", "Made from the facts of the build by rules_plinth."),
        Markup(f'<script type="application/json" id="data">{_json(files, owners)}</script>'),
        Markup(f"<script>{_beside('page.js')}</script>"),
    ]
    head = joined(
        Markup('<meta charset="utf-8">'),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'),
        element("title", image.label),
        Markup(f"<style>{_beside('page.css')}</style>"),
    )
    html = element("html", element("head", head), element("body", *body), lang="en")
    return f"<!DOCTYPE html>\n{html}\n"


def _files(
    image: ImageFacts, contents: ImageContents
) -> tuple[list[tuple[str, int, int]], list[str], dict[str, int]]:
    """Path, size and owner of each file; the owners' names; bytes of each component."""
    files, owners, sizes = [], [], {}
    for number, component in enumerate(contents.components):
        owners.append(component.name)
        total = 0
        for file in component.files:
            entry = image.entries[file.path[1:]]
            # A hard link needs no extra space.
            size = entry.get("size", 0)
            files.append((file.path, size, number))
            total += size
        sizes[component.key] = total
    return files, owners, sizes


def _started(image: ImageFacts) -> str:
    command = [
        *(image.run_config.get("Entrypoint") or ()),
        *(image.run_config.get("Cmd") or ()),
    ]
    parts = [image.platform, f"user {image.run_config.get('User') or '0'}"]
    return " · ".join([*parts, *([" ".join(command)] if command else [])])


def _name(image: ImageFacts | None) -> str:
    return image.label if image else ""


def _json(files: list[tuple[str, int, int]], owners: list[str]) -> str:
    text = json.dumps({"owners": owners, "files": files}, separators=(",", ":"))
    # HTML, 13.2.5.15: only this could end the element.
    return text.replace("<", "\\u003c")


def _beside(name: str) -> str:
    return resources.files("tools.report").joinpath(name).read_text("utf-8")
