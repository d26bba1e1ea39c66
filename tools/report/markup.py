"""HTML as values: text is escaped, and elements are not escaped again."""

from __future__ import annotations

from html import escape


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Content = str | Markup | None


def element(name: str, *content: Content, **attributes: str | None) -> Markup:
    """Return an element.

    Args:
        name: of the element.
        content: text, which is escaped, and elements; None is left out.
        attributes: None is left out; an underscore at the end is dropped, others are hyphens.
    """
    shown = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{name}{shown}>{joined(*content)}</{name}>")


def joined(*content: Content) -> Markup:
    """Concatenate pieces."""
    return Markup("".join(_piece(each) for each in content if each is not None))


def _piece(content: str | Markup) -> str:
    if isinstance(content, Markup):
        return content
    # Paths of images may hold bytes that are no UTF-8.
    return escape(content.encode("utf-8", "backslashreplace").decode())
