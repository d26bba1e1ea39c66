"""Reads packages' descriptions of types of files: usr/share/mime/packages/*.xml.

https://specifications.freedesktop.org/shared-mime-info-spec/latest/ has the elements.
"""

from __future__ import annotations

from tools.configure.writers.xml_reader import Element, read_xml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_DEFAULT = 50  # of priorities and of weights
_DEEPEST = 32
# Of these a later one replaces an earlier one of the same language.
_SINGLE = frozenset(("comment", "acronym", "expanded-acronym", "icon", "generic-icon"))
_ELSEWHERE = frozenset(
    ("magic", "magic-deleteall", "glob-deleteall", "treemagic", "treematch", "root-XML")
)
_NUMBERS = {
    "byte": 1,
    "big16": 2,
    "big32": 4,
    "little16": 2,
    "little32": 4,
    "host16": 2,
    "host32": 4,
}
_ESCAPES = {"n": 10, "r": 13, "t": 9, "b": 8, "f": 12, "v": 11, "a": 7}


class Match:
    """Bytes that a file of a type has, at an offset or in a range of offsets.

    Attributes:
        start: first offset.
        length: how many offsets there are.
        word: bytes of a word that is stored in the order of the machine, else 1.
        value: the bytes.
        mask: which of their bits count; empty for all.
        inner: one of these has to match as well, if there are any.
    """

    __slots__ = ("inner", "length", "mask", "start", "value", "word")

    def __init__(self, element: Element, depth: int = 0) -> None:
        """Read a ``match``.

        Raises:
            ValueError: it is none.
        """
        if depth > _DEEPEST:
            raise ValueError("matches are nested too deeply")
        given = element.attributes
        first, _, last = given.get("offset", "").partition(":")
        self.start = int(first)
        self.length = int(last or first) - self.start + 1
        kind, value, mask = (given.get(key, "") for key in ("type", "value", "mask"))
        self.word = _NUMBERS[kind] if kind.startswith("host") and kind in _NUMBERS else 1
        if kind == "string":
            self.value = _string(value)
            self.mask = bytes.fromhex(mask.removeprefix("0x"))
        elif kind in _NUMBERS:
            self.value = _number(value, kind)
            self.mask = _number(mask, kind) if mask else b""
        else:
            raise ValueError(f"there is no type {kind!r} of matches")
        if min(self.start, self.length - 1) < 0 or (
            self.mask and len(self.mask) != len(self.value)
        ):
            raise ValueError(f"a match that none can be: {given}")
        self.inner = [Match(child, depth + 1) for child in element.all("match")]

    @property
    def extent(self) -> int:
        """How many bytes of a file have to be read."""
        own = self.start + self.length + len(self.value)
        return max([own, *(match.extent for match in self.inner)])


class Type:
    """A type of files.

    Attributes:
        name: of it.
        globs: (pattern, weight, whether case matters) each.
        magic: (priority, matches) each.
        trees: (priority, elements ``treematch``) each.
        namespaces: (URI, name of the root element) of XML.
        described: all that its own file has, in order.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.globs: list[tuple[str, int, bool]] = []
        self.magic: list[tuple[int, list[Match]]] = []
        self.trees: list[tuple[int, list[Element]]] = []
        self.namespaces: list[tuple[str, str]] = []
        self.described: list[Element] = []
        self._single: dict[tuple[str, str], Element] = {}

    def add(self, element: Element) -> None:
        """Add what one ``mime-type`` says.

        Raises:
            ValueError: it says nothing that there is.
        """
        names = {child.name for child in element.children}
        if "glob-deleteall" in names:
            self.globs.clear()
            self.described = [known for known in self.described if known.name != "glob"]
        if "magic-deleteall" in names:
            self.magic.clear()
        for child in element.children:
            given = child.attributes
            priority = int(given.get("priority", given.get("weight", _DEFAULT)))
            if child.name == "magic":
                self.magic.append((priority, list(map(Match, child.all("match")))))
            elif child.name == "treemagic":
                self.trees.append((priority, list(child.all("treematch"))))
            elif child.name == "root-XML":
                self.namespaces.append((given["namespaceURI"], given["localName"]))
            elif child.name == "glob":
                cased = given.get("case-sensitive") == "true"
                pattern = given["pattern"] if cased else given["pattern"].lower()
                self.globs.append((pattern, priority, cased))
            if child.name not in _ELSEWHERE:
                self._describe(child)

    def values(self, name: str, attribute: str) -> list[str]:
        """Return an attribute of all elements of a name."""
        found = (each.attributes.get(attribute, "") for each in self.described if each.name == name)
        return list(filter(None, found))

    def _describe(self, element: Element) -> None:
        if element.name in _SINGLE:
            key = element.name, element.attributes.get("xml:lang", "")
            if key in self._single:
                self.described.remove(self._single[key])
            self._single[key] = element
        self.described.append(element)


def read_types(texts: Iterable[str]) -> list[Type]:
    """Return the types that some files describe, sorted; pass over what is no such file."""
    types: dict[str, Type] = {}
    for text in texts:
        try:
            for name, element in _described(text):
                types.setdefault(name, Type(name)).add(element)
        except (KeyError, ValueError):
            continue  # as update-mime-database(1), which warns of it
    return [types[name] for name in sorted(types)]


def _described(text: str) -> Iterator[tuple[str, Element]]:
    for root in read_xml(text).all("mime-info"):
        for element in root.all("mime-type"):
            name = element.attributes["type"]
            media, _, subtype = name.partition("/")
            if "/" in subtype or not {media, subtype}.isdisjoint(("", ".", "..")):
                raise ValueError(f"{name!r} is no name of a type")
            yield name, element


def _number(text: str, kind: str) -> bytes:
    octal = text.startswith("0") and text[1:].isdigit()
    order = "little" if kind.startswith("little") else "big"
    return int(text, 8 if octal else 0).to_bytes(_NUMBERS[kind], order)  # type: ignore[arg-type]


def _string(text: str) -> bytes:
    """Replace the escapes of C in a string."""
    if "\\" not in text:
        return text.encode()
    found = bytearray()
    at = 0
    while at < len(text):
        character = text[at]
        at += 1
        if character != "\\" or at == len(text):
            found += character.encode()
            continue
        end = at
        if text[at] == "x":
            end = at = at + 1
            while end < at + 2 and text[end : end + 1] in set("0123456789abcdefABCDEF"):
                end += 1
            found.append(int(text[at:end] or "0", 16))
        elif text[at] in "01234567":
            while end < at + 3 and text[end : end + 1] in set("01234567"):
                end += 1
            found.append(int(text[at:end], 8) & 0xFF)
        else:
            end = at + 1
            found += bytes((_ESCAPES[text[at]],)) if text[at] in _ESCAPES else text[at].encode()
        at = end
    return bytes(found)
