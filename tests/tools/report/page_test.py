"""The page about an image: complete, harmless whatever the image holds, and loading nothing."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

from tests.tools.inspect.tiny_image import image, layer, libc
from tools.inspect.image_facts import ImageFacts
from tools.report.markup import element, joined
from tools.report.page import page
from tools.sbom.model import contents_of

HOSTILE = "opt/</script><script>alert(1)</script>&\udcff"
FINDINGS = {
    "as_of": "2026-11-24",
    "looked_up": 1,
    "failing": [
        {"id": "CVE-1", "severity": "high", "source": "glibc", "version": "2.36-9",
         "fixed_version": "2.36-10", "state": "fixed", "note": "", "summary": "an overflow",
         "suppressed": ""}
    ],
    "others": [
        {"id": "CVE-2", "severity": "low", "source": "glibc", "version": "2.36-9",
         "fixed_version": "", "state": "no-dsa", "note": "Minor issue", "summary": "",
         "suppressed": ""}
    ],
}  # fmt: skip


def tiny(*more: Any, **config: Any) -> ImageFacts:
    found = image(libc(), *more, config=config)
    for each in found.layers:
        for entry in each["entries"]:
            if entry["type"] == "file":
                entry["sha1"] = entry["sha256"][:40]
    return found


def page_of(facts: ImageFacts, **more: Any) -> str:
    return page(facts, contents_of(facts, "sha256:" + "0" * 64), **more)


class Elements(HTMLParser):
    """What a browser would see: elements with their attributes, and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, dict(attrs)))
        if tag not in {"meta", "input"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost element."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text += data


def test_it_has_every_section() -> None:
    html = page_of(tiny(), findings=FINDINGS, since=tiny(layer({"old": b"x"})))
    found = Elements(html)
    assert not found.open, "every element is closed"
    sections = [attributes["id"] for tag, attributes in found.elements if tag == "section"]
    assert sections == ["changes", "room", "layers", "surface", "vulnerabilities", "contents"]
    for text in ("libc6", "CVE-1", "fixed in 2.36-10", "Minor issue", "1 removed"):
        assert text in found.text


def test_it_loads_nothing() -> None:
    html = page_of(tiny(), findings=FINDINGS)
    loading = {"src", "srcset", "data", "action", "poster"}
    for tag, attributes in Elements(html).elements:
        assert not loading & set(attributes), tag
        assert tag not in {"link", "iframe", "img", "base"}
        assert (attributes.get("href") or "#").startswith("#")
    assert "@import" not in html
    assert not re.search(r"url\(|fetch\(|XMLHttpRequest|import\(", html)
    assert "default-src 'none'" in html


def test_names_of_files_and_packages_cannot_break_out() -> None:
    name = "<b>&\"'"
    package = {"name": name, "version": "1", "architecture": "amd64", "source": "x"}
    facts = tiny(layer({HOSTILE: b"#!/bin/sh\n"}, origin=name, package=package))
    html = page_of(facts)
    found = Elements(html)
    assert sum(tag == "script" for tag, _ in found.elements) == 2
    assert "alert(1)" not in "".join(re.findall(r"<script>(.*?)</script>", html, re.S))
    data = re.search(r'id="data">(.*?)</script>', html, re.S)
    assert data
    paths = [path for path, _, _ in json.loads(data[1])["files"]]
    assert f"/{HOSTILE}" in paths


def test_equal_images_have_equal_pages() -> None:
    assert page_of(tiny()) == page_of(tiny())


def test_sizes_are_those_of_the_files() -> None:
    html = page_of(tiny(layer({"opt/data": b"x" * 5000})))
    data = re.search(r'id="data">(.*?)</script>', html, re.S)
    assert data
    document = json.loads(data[1])
    ((_, size, owner),) = [each for each in document["files"] if each[0] == "/opt/data"]
    assert size == 5000
    assert document["owners"][owner] == "//app:files"


def test_elements() -> None:
    inner = element("b", "<&>")
    assert element("p", inner, "\"'<", None, class_="x y", title='"') == (
        '<p class="x y" title="&quot;"><b>&lt;&amp;&gt;</b>&quot;&#x27;&lt;</p>'
    )
    assert joined("a", None, inner) == "a<b>&lt;&amp;&gt;</b>"
