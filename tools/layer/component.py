"""Recognizes software other than Debian packages by the metadata of its installer.

Python: ``NAME-VERSION.dist-info/METADATA``, "Core metadata specifications" of the PyPA.
Node.js: ``node_modules/NAME/package.json``, as npm writes it.
"""

from __future__ import annotations

from tools.action import json_text
from tools.layer.facts import known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tools.layer.facts import ComponentFacts

LARGEST = 4 << 20
"""The bytes of metadata that are read; some projects put their whole manual there."""

_LONGEST_LICENSE = 120
_LONGEST = 4096
_REQUIREMENT_END = " ;<>=!~[("


def is_metadata(path: str) -> bool:
    """Return whether the file of a path may describe a component."""
    return path.endswith(".dist-info/METADATA") or (
        path.endswith("/package.json") and _node_module(path) != ""
    )


def describe_component(path: str, text: str) -> ComponentFacts | None:
    """Return the facts of a metadata file: see ``tools/layer/facts.py``; None without a name.

    Args:
        path: of the file in the image.
        text: its content.
    """
    found = _python(text) if path.endswith("/METADATA") else _node(text)
    return found if found and found["name"] and found["version"] else None


def _python(text: str) -> ComponentFacts:
    fields: dict[str, list[str]] = {}
    for line in text.splitlines():
        if not line:
            break  # the description follows
        name, colon, value = line.partition(":")
        if colon and line[0] not in " \t":
            fields.setdefault(name.lower(), []).append(value.strip())

    def first(name: str) -> str:
        return fields.get(name, [""])[0]

    license_text = first("license")
    if "license" in fields and (len(license_text) > _LONGEST_LICENSE or license_text == "UNKNOWN"):
        license_text = ""
    classifiers = [item for item in fields.get("classifier", ()) if item.startswith("License :: ")]
    return _component(
        {
            "type": "pypi",
            "name": first("name"),
            "version": first("version"),
            "license": first("license-expression") or license_text or " and ".join(classifiers),
            "homepage": first("home-page") or _homepage(fields.get("project-url", [])),
            "supplier": first("author") or first("author-email") or first("maintainer-email"),
            # A requirement of an extra is not a dependency of the distribution itself.
            "requires": sorted(
                {
                    _requirement(item)
                    for item in fields.get("requires-dist", ())
                    if "extra ==" not in item
                }
            ),
        }
    )


def _homepage(urls: list[str]) -> str:
    for item in urls:
        label, _, url = item.partition(",")
        if label.strip().lower() in {"homepage", "home", "source", "repository"}:
            return url.strip()
    return ""


def _requirement(text: str) -> str:
    """Return the normalized name of a requirement, PEP 503."""
    length = 0
    while length < len(text) and text[length] not in _REQUIREMENT_END:
        length += 1
    return normalize(text[:length])


def normalize(name: str) -> str:
    """Return the name of a distribution in an index: "Names and normalization", PEP 503."""
    words = name.lower().replace("_", "-").replace(".", "-").split("-")
    return "-".join(word for word in words if word)


def _node(text: str) -> ComponentFacts | None:
    try:
        document = json_text.loads(text)
    except ValueError:
        return None
    if not isinstance(document, dict):
        return None
    license_text = document.get("license", "")
    if isinstance(license_text, dict):  # the form of npm before SPDX
        license_text = license_text.get("type", "")
    author = document.get("author", "")
    if isinstance(author, dict):
        author = author.get("name", "")
    # npm's docs, "package.json": dependencies for one platform are optional for the others.
    requires = {
        name
        for field in ("dependencies", "optionalDependencies")
        if isinstance(names := document.get(field), dict)
        for name in names
    }
    return _component(
        {
            "type": "npm",
            "name": _text(document.get("name")),
            "version": _text(document.get("version")),
            "license": _text(license_text),
            "homepage": _text(document.get("homepage")),
            "supplier": _text(author),
            "requires": sorted(requires),
        }
    )


def _node_module(path: str) -> str:
    """Return the name of the module whose package.json this is; empty for one deeper inside it."""
    parts = path.split("/")
    if "node_modules" not in parts:
        return ""
    last = len(parts) - 1 - parts[::-1].index("node_modules")
    inside = parts[last + 1 : -1]
    scoped = bool(inside) and inside[0].startswith("@")
    return "/".join(inside) if len(inside) == (2 if scoped else 1) else ""


def _component(component: ComponentFacts) -> ComponentFacts:
    """Return a component in a printable form, without absent fields."""
    printable: ComponentFacts = _printable(component)
    empty: ComponentFacts = {"name": "", "version": ""}
    return {**empty, **known(printable)}


def _printable(value: Any) -> Any:
    """Return a text of metadata in a printable form."""
    if isinstance(value, dict):
        return {key: _printable(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_printable(each) for each in value]
    text = value[:_LONGEST]
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else "\ufffd" for each in text)


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
