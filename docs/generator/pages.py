"""What one public .bzl file offers, as a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from docs.generator.textproto import Message


@dataclass(frozen=True, slots=True)
class Symbol:
    """Something that a user loads.

    Attributes:
        name: as in ``load``.
        kind: ``rule``, ``macro``, ``provider`` or ``module extension``.
        doc: what its author says of it, Markdown.
        tables: Markdown, each table with its heading.
    """

    name: str
    kind: str
    doc: str
    tables: tuple[str, ...]

    @property
    def summary(self) -> str:
        """The first sentence of the first paragraph."""
        paragraph = " ".join(self.doc.split("\n\n")[0].split())
        sentence, stop, _ = paragraph.partition(". ")
        return sentence + "." if stop else paragraph.removesuffix(":")


def symbols(module: Message) -> list[Symbol]:
    """Everything that a file offers, by name."""
    found = [
        *(_rule(info) for info in module.messages("rule_info")),
        *(_macro(info) for info in module.messages("func_info")),
        *(_provider(info) for info in module.messages("provider_info")),
        *(_extension(info) for info in module.messages("module_extension_info")),
    ]
    # What is only there to say its new name has no documentation.
    return sorted((each for each in found if each.doc), key=lambda symbol: symbol.name)


def page(file: str, module: Message) -> str:
    """Return the page of a file such as ``layer.bzl``."""
    found = symbols(module)
    parts = [
        f"# {file}",
        f'```starlark\nload("@rules_plinth//rules:{file}", …)\n```',
        module.text("module_docstring"),
        _table(
            ("", ""),
            ((f"[`{each.name}`](#{each.name.lower()})", each.summary) for each in found),
        ),
    ]
    for symbol in found:
        parts += [f"## {symbol.name}", f"*{symbol.kind}*", symbol.doc, *symbol.tables]
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


def _rule(info: Message) -> Symbol:
    return Symbol(info.text("rule_name"), "rule", info.text("doc_string"), (_attributes(info),))


def _macro(info: Message) -> Symbol:
    parameters = [
        (
            f"`{each.text('name')}`",
            _default(each, "mandatory" if each.text("mandatory") == "true" else ""),
            each.text("doc_string"),
        )
        for each in info.messages("parameter")
    ]
    tables = [_table(("argument", "default", ""), parameters)]
    returns = info.messages("return")
    if returns and returns[0].text("doc_string"):
        tables.append(f"Returns: {returns[0].text('doc_string')}")
    return Symbol(info.text("function_name"), "macro", info.text("doc_string"), tuple(tables))


def _provider(info: Message) -> Symbol:
    fields = [
        (f"`{each.text('name')}`", each.text("doc_string")) for each in info.messages("field_info")
    ]
    return Symbol(
        info.text("provider_name"),
        "provider",
        info.text("doc_string"),
        (_table(("field", ""), fields),),
    )


def _extension(info: Message) -> Symbol:
    name = info.text("extension_name")
    tags = []
    for tag in info.messages("tag_class"):
        tags += [f"### {name}.{tag.text('tag_name')}", tag.text("doc_string"), _attributes(tag)]
    return Symbol(name, "module extension", info.text("doc_string"), tuple(tags))


def _attributes(info: Message) -> str:
    # Every rule has a name, and the same is to be said of all.
    attributes = [each for each in info.messages("attribute") if each.text("type") != "NAME"]
    names = [each for each in info.messages("attribute") if each.text("type") == "NAME"]
    told = [each for each in names if each.text("doc_string") != "A unique name for this target."]
    rows = [
        (
            f"`{each.text('name')}`",
            _TYPES.get(each.text("type"), each.text("type").lower().replace("_", " ")),
            _default(each, "mandatory" if each.text("mandatory") == "true" else ""),
            each.text("doc_string"),
        )
        for each in (*told, *attributes)
    ]
    return _table(("attribute", "type", "default", ""), rows)


_TYPES = {
    "LABEL_KEYED_STRING_DICT": "dict: label to string",
    "LABEL_LIST": "labels",
    "LABEL_STRING_DICT": "dict: label to string",
    "STRING_DICT": "dict: string to string",
    "STRING_LIST": "strings",
    "STRING_LIST_DICT": "dict: string to strings",
}


def _default(info: Message, otherwise: str) -> str:
    value = info.text("default_value")
    return f"`{value}`" if value else otherwise


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [" | ".join(_cell(text) for text in row) for row in rows]
    if not lines:
        return ""
    rule = "|".join(["---"] * len(head))
    return "\n".join([f"| {' | '.join(head)} |", f"|{rule}|", *(f"| {line} |" for line in lines)])


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
