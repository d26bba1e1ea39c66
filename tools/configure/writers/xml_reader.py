"""Reads the XML of packages: elements, attributes, text; no DTD, no name spaces."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


class Element:
    """An element.

    Attributes:
        name: of its tag.
        attributes: of its tag.
        children: elements in it.
        text: its own text.
    """

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.children: list[Element] = []
        self.text = ""

    def all(self, *names: str) -> Iterator[Element]:
        """Return the children of some names, in order."""
        return (child for child in self.children if child.name in names)


def read_xml(text: str) -> Element:
    """Return the document as an element without a name, which holds its root.

    Raises:
        ValueError: tags do not match.
    """
    top = Element("", {})
    stack = [top]
    at = 0
    while at < len(text):
        begin = text.find("<", at)
        if begin < 0:
            break
        if begin > at:
            stack[-1].text += unescape(text[at:begin])
        if text[begin + 1 : begin + 2] in {"!", "?"}:
            closing = next(end for start, end in _SKIPPED.items() if text.startswith(start, begin))
            at = text.index(closing, begin) + len(closing)
            if text.startswith("<![CDATA[", begin):
                stack[-1].text += text[begin + 9 : at - 3]
            continue
        at = _tag_end(text, begin)
        tag = text[begin + 1 : at - 1]
        if tag.startswith("/"):
            if len(stack) == 1 or stack.pop().name != tag[1:].strip():
                raise ValueError(f"</{tag[1:]}> closes nothing")
            continue
        element = _element(tag.removesuffix("/"))
        stack[-1].children.append(element)
        if not tag.endswith("/"):
            stack.append(element)
    if len(stack) > 1:
        raise ValueError(f"<{stack[-1].name}> is not closed")
    return top


_SKIPPED = {"<!--": "-->", "<?": "?>", "<![CDATA[": "]]>", "<!": ">"}


def _tag_end(text: str, at: int) -> int:
    end = text.find(">", at) + 1
    if end and not text.count('"', at, end) % 2 and not text.count("'", at, end) % 2:
        return end  # outside of quotes
    quote = ""
    while True:
        character = text[at : at + 1]
        if not character:
            raise ValueError("a tag is not closed")
        at += 1
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character == ">":
            return at


def _element(tag: str) -> Element:
    name, _, rest = tag.replace("\n", " ").replace("\t", " ").partition(" ")
    attributes: dict[str, str] = {}
    if not rest:
        return Element(name, attributes)
    rest = rest.strip()
    while rest:
        key, _, rest = rest.partition("=")
        rest = rest.lstrip()
        value, _, rest = rest[1:].partition(rest[:1])
        attributes[key.strip()] = unescape(value)
        rest = rest.strip()
    return Element(name.strip(), attributes)


def unescape(text: str) -> str:
    """Text with its entities replaced."""
    if "&" not in text:
        return text
    first, *parts = text.split("&")
    found = [first]
    for part in parts:
        name, _, rest = part.partition(";")
        if name.startswith("#"):
            character = chr(int("0" + name[1:], 16) if name[1:2] == "x" else int(name[1:]))
        else:
            character = _ENTITIES.get(name, f"&{name};")
        found.append(character + rest)
    return "".join(found)
