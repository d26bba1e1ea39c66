"""Finds the prose of Python and Starlark files: comments, documentation and messages."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

_PREFIX = re.compile(r"""[rRbBuUfF]*("{3}|'{3}|"|')""")
_WORD = re.compile(r"[A-Za-z]{2,}")


@dataclass(frozen=True, slots=True)
class Prose:
    """One comment, documentation string or message.

    Attributes:
        line: of the file, where it begins.
        text: of a comment of several lines, all of them; of an f-string, the parts between braces.
        kind: ``comment``, ``doc`` or ``string``.
    """

    line: int
    text: str
    kind: str


def prose_of(source: str) -> Iterator[Prose]:
    """Yield the prose of a file. Starlark has the tokens of Python."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comment: list[tokenize.TokenInfo] = []
    for token in tokens:
        name = tokenize.tok_name[token.type]
        if name == "COMMENT":
            if comment and not _continues(comment[-1], token):
                yield _comment(comment)
                comment = []
            comment.append(token)
        elif name in {"STRING", "FSTRING_MIDDLE"}:
            text, kind = _string(token.string) if name == "STRING" else (token.string, "string")
            if len(_WORD.findall(text)) > 1:
                yield Prose(token.start[0], text, kind)
    if comment:
        yield _comment(comment)


def _continues(last: tokenize.TokenInfo, token: tokenize.TokenInfo) -> bool:
    alone = not token.line[: token.start[1]].strip()
    return alone and token.start == (last.start[0] + 1, last.start[1])


def _comment(tokens: list[tokenize.TokenInfo]) -> Prose:
    lines = [token.string.lstrip("#!: ") for token in tokens]
    return Prose(tokens[0].start[0], "\n".join(lines), "comment")


def _string(literal: str) -> tuple[str, str]:
    opening = _PREFIX.match(literal)
    if opening is None or "b" in literal[: opening.start(1)].lower():
        return "", "string"
    quote = opening[1]
    return literal[opening.end() : -len(quote)], "doc" if len(quote) == 3 else "string"
