"""What glib-compile-schemas(1) makes: the settings of programs on GLib, and their defaults."""

from __future__ import annotations

from struct import pack

from tools.configure.writers.gvariant import parse, serialize
from tools.configure.writers.gvdb import write_gvdb
from tools.configure.writers.xml_reader import Element, read_xml
from tools.errors import PlinthError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from tools.configure.image import Image
    from tools.configure.writers.gvdb import Value

_DIRECTORY = "usr/share/glib-2.0/schemas"
_COMPILED = f"{_DIRECTORY}/gschemas.compiled"
_LIMITS = {
    "y": (0, 255), "n": (-(1 << 15), (1 << 15) - 1), "q": (0, (1 << 16) - 1),
    "i": (-(1 << 31), (1 << 31) - 1), "u": (0, (1 << 32) - 1),
    "x": (-(1 << 63), (1 << 63) - 1), "t": (0, (1 << 64) - 1),
    "d": (float("-inf"), float("inf")),
}  # fmt: skip


class _Key:
    """A key of a schema: its type, default, and what values it may have."""

    def __init__(self, kind: str, default: Any) -> None:
        self.kind = kind
        self.default = default
        self.localized: tuple[str, str] | None = None
        self.words: tuple[str, bytes] | None = None
        self.range: tuple[Any, Any] | None = None
        self.by_desktop: list[tuple[str, tuple[str, Any]]] = []

    def serialized(self) -> bytes:
        """Return a variant with a tuple: the default, and then further parts."""
        parts = [(self.kind, self.default)]
        if self.localized:
            category, text = self.localized
            parts.append(("(y(ys))", (ord("l"), (ord(category), text))))
        if self.words:
            mark, words = self.words
            parts.append(("(yau)", (ord(mark), _numbers(words))))
        if self.range:
            parts.append((f"(y({self.kind}{self.kind}))", (ord("r"), self.range)))
        if self.by_desktop:
            parts.append(("(ya{sv})", (ord("d"), self.by_desktop)))
        kind = "(" + "".join(kind for kind, _ in parts) + ")"
        return serialize("v", (kind, tuple(value for _, value in parts)))


class _Schema:
    def __init__(self, element: Element, domain: str) -> None:
        self.attributes = element.attributes
        self._domain = domain
        self.keys: dict[str, _Key] = {}
        self.children = {
            child.attributes["name"]: child.attributes["schema"] for child in element.all("child")
        }

    def table(self) -> Mapping[str, Value]:
        found: dict[str, Value] = {}
        given = {"gettext-domain": self._domain, **self.attributes}
        if not any(key.localized for key in self.keys.values()):
            given["gettext-domain"] = ""  # nothing in it is translated
        for attribute in ("path", "gettext-domain", "extends", "list-of"):
            if given.get(attribute):
                found[f".{attribute}"] = serialize("v", ("s", given[attribute]))
        for name, schema in self.children.items():
            found[f"{name}/"] = serialize("v", ("s", schema))
        for name, key in self.keys.items():
            found[name] = key.serialized()
        return found


def write(image: Image) -> None:
    """Compile all schemas of the image.

    A schema that cannot be read is reported, and left out; GLib's own tool leaves out its file.
    """
    root = image.root
    names = root.names(_DIRECTORY)
    root.fetch(f"{_DIRECTORY}/{name}" for name in names)
    texts = {
        name: root.read(f"{_DIRECTORY}/{name}").decode("utf-8", "replace")
        for name in names
        if name.endswith((".gschema.xml", ".enums.xml", ".gschema.override"))
    }
    schemas: dict[str, _Schema] = {}
    enums: dict[str, tuple[str, dict[str, int]]] = {}
    documents = []
    for name, text in texts.items():
        if name.endswith(".xml"):
            try:
                documents.append((name, read_xml(text)))
            except (ValueError, IndexError) as error:
                _note(image, name, str(error))
    for _, document in documents:
        for listed in document.all("schemalist"):
            for element in listed.all("enum", "flags"):
                enums[element.attributes["id"]] = (element.name, _values(element))
    for name, document in documents:
        try:
            _read_document(document, enums, schemas)
        except (PlinthError, KeyError, ValueError) as error:
            _note(image, name, str(error))
    for name, text in texts.items():
        if name.endswith(".override"):
            try:
                _override(text, schemas)
            except (PlinthError, ValueError) as error:
                _note(image, name, str(error))
    if schemas:
        tables = {name: schema.table() for name, schema in schemas.items()}
        root.write(_COMPILED, write_gvdb(tables))


def _note(image: Image, name: str, reason: str) -> None:
    effect = {"kind": "command", "name": "glib-compile-schemas", "script": name, "line": 1}
    image.skipped("libglib2.0-0t64", effect, reason)


def _values(element: Element) -> dict[str, int]:
    return {
        value.attributes["nick"]: int(value.attributes["value"], 0)
        for value in element.all("value")
    }


def _read_document(
    document: Element,
    enums: Mapping[str, tuple[str, dict[str, int]]],
    schemas: dict[str, _Schema],
) -> None:
    found: dict[str, _Schema] = {}
    for listed in document.all("schemalist"):
        domain = listed.attributes.get("gettext-domain", "")
        for element in listed.all("schema"):
            schema = _Schema(element, domain)
            for child in element.all("key"):
                schema.keys[child.attributes["name"]] = _key(child, enums)
            found[element.attributes["id"]] = schema
            for child in element.all("override"):
                _extend(child, schema, {**schemas, **found})
    schemas.update(found)


def _key(element: Element, enums: Mapping[str, tuple[str, dict[str, int]]]) -> _Key:
    attributes = element.attributes
    kind = attributes.get("type", "")
    words = None
    for attribute, given, mark in (("enum", "s", "e"), ("flags", "as", "f")):
        if attribute in attributes:
            kind = given
            words = (mark, _words(enums[attributes[attribute]][1].items()))
    (default,) = element.all("default")
    key = _Key(kind, parse(kind, default.text))
    if "l10n" in default.attributes:
        category = "t" if default.attributes["l10n"] == "time" else "m"
        key.localized = (category, default.text.strip())
    for choices in element.all("choices"):
        words = ("c", _words((item.attributes["value"], 0) for item in choices.all("choice")))
    for aliases in element.all("aliases"):
        if words:
            words = (words[0], words[1] + _aliases(words[1], aliases))
    key.words = words
    for limits in element.all("range"):
        least, most = _LIMITS[kind]
        key.range = (
            parse(kind, limits.attributes["min"]) if "min" in limits.attributes else least,
            parse(kind, limits.attributes["max"]) if "max" in limits.attributes else most,
        )
    return key


def _extend(element: Element, schema: _Schema, schemas: Mapping[str, _Schema]) -> None:
    """Override a default of a schema that this one extends."""
    name = element.attributes["name"]
    above: _Schema | None = schema
    while above is not None and name not in above.keys:
        above = schemas.get(above.attributes.get("extends", ""))
    if above is None:
        raise PlinthError(f"there is no key {name} to override")
    key = _Key(above.keys[name].kind, None)
    key.words, key.range = above.keys[name].words, above.keys[name].range
    key.default = parse(key.kind, element.text)
    schema.keys[name] = key


def _override(text: str, schemas: Mapping[str, _Schema]) -> None:
    """Other defaults, of the distribution, for all desktops or one."""
    schema, desktop = None, ""
    for line in text.splitlines():
        line = line.strip()  # noqa: PLW2901
        if line.startswith("[") and line.endswith("]"):
            name, _, desktop = line[1:-1].partition(":")
            schema = schemas.get(name)
        elif line and not line.startswith("#") and schema is not None:
            name, _, value = line.partition("=")
            key = schema.keys.get(name.strip())
            if key is None:
                continue
            if desktop:
                key.by_desktop.append((desktop, (key.kind, parse(key.kind, value))))
            else:
                key.default = parse(key.kind, value)


def _words(items: Iterable[tuple[str, int]]) -> bytes:
    """GLib's ``strinfo``: a number, then a string in words that begin and end with 0xff."""
    return b"".join(pack("<i", value) + _string_words(name, 0xFF) for name, value in items)


def _aliases(words: bytes, aliases: Element) -> bytes:
    found = b""
    for alias in aliases.all("alias"):
        # The word with the number of what it means, just before that string.
        target = words.find(_string_words(alias.attributes["target"], 0xFF)) // 4 - 1
        found += pack("<i", target) + _string_words(alias.attributes["value"], 0xFE)
    return found


def _string_words(text: str, mark: int) -> bytes:
    encoded = text.encode()
    size = 4 * max(2, (len(encoded) + 6) >> 2)
    return bytes([mark]) + encoded + bytes(size - len(encoded) - 2) + b"\xff"


def _numbers(words: bytes) -> list[int]:
    return [int.from_bytes(words[at : at + 4], "little") for at in range(0, len(words), 4)]
