"""Finds the packages that a JavaScript source needs when it is loaded."""

from __future__ import annotations

import re

from tools.layer.facts import known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.layer.facts import Entry

_WORD = re.compile(
    r"""
    (?P<space>\s+|//[^\n]*|/\*.*?\*/)
  | (?P<string>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")
  | (?P<word>[\w$\x80-\U0010ffff]+)
  | (?P<mark>&&|\|\||\?\?|=>|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_REGEX = re.compile(r"/(?![/*])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/\w*")
_TEMPLATE = re.compile(r"(?:[^`\\$]|\\.|\$(?!\{))*", re.DOTALL)
_BEFORE_REGEX = frozenset("(,=:[!&|?{};+-*%~<>") | {"&&", "||", "??", "=>"} | {
    "await", "case", "delete", "do", "else", "in", "new", "of", "return", "throw", "typeof", "void",
}  # fmt: skip
"""Tokens that a regular expression may follow; after others, a slash divides."""

_STATEMENTS = frozenset({";", "class", "const", "export", "let"})
"""Tokens that end the previous statement, or cannot follow a condition without braces."""

_OPERATORS = frozenset({"&&", "||", "??", "?"})
_CONDITIONS = frozenset({"catch", "else", "if", "switch", "try"})


def required_packages(source: bytes) -> Entry:
    """Return what a source loads from ``node_modules``, by literal specifiers.

    A specifier in a ``try``, below a condition or in a dynamic ``import()`` is optional. Relative
    and absolute paths, URLs, ``node:`` and ``#`` are left out.

    Args:
        source: the text.

    Returns:
        "requires" and "requires_optional": sorted specifiers, each in one of them; no empty list.
    """
    text = source.decode("utf-8", "replace")
    needed: set[str] = set()
    optional: set[str] = set()
    for specifier, is_needed in _specifiers(list(_words(text))):
        if _is_bare(specifier):
            (needed if is_needed else optional).add(specifier)
    lists: Entry = {"requires": sorted(needed), "requires_optional": sorted(optional - needed)}
    return known(lists)


def package_of(specifier: str) -> str:
    """Return the package of a bare specifier: ``@scope/name`` of ``@scope/name/lib/x.js``."""
    return "/".join(specifier.split("/")[: 2 if specifier.startswith("@") else 1])


def _is_bare(specifier: str) -> bool:
    return bool(re.fullmatch(r"(?:@[\w.~-]+/)?[\w~-][\w.~-]*(?:/[^\s\\]*)?", specifier))


def _words(text: str) -> Iterator[str]:
    """Yield words, marks and strings (with quotes), but not texts of templates and comments."""
    position, last = 0, ";"
    if text.startswith("#!"):
        position = len(text.partition("\n")[0])
    templates: list[int] = []  # the depth of braces in each ${ } that is open
    depth = 0
    while position < len(text):
        found = _REGEX.match(text, position) if last in _BEFORE_REGEX else None
        if found:
            position, last = found.end(), "/x/"
            continue
        found = _WORD.match(text, position)
        if not found:
            return
        word, position = found.group(), found.end()
        if found.lastgroup == "space":
            continue
        last = word
        depth += (word == "{") - (word == "}")
        closes = word == "}" and bool(templates) and templates[-1] == depth
        if closes:
            templates.pop()
        elif word != "`":
            yield word
            continue
        ending = _TEMPLATE.match(text, position)
        position = ending.end() if ending else len(text)
        last = ")"
        if text.startswith("${", position):
            templates.append(depth)
            depth += 1
            last = "{"
        position += 2 if last == "{" else 1
        yield "`"


class _Statements:
    """Follows statements closely enough to find those that may never run."""

    def __init__(self) -> None:
        self._blocks: list[bool] = []  # for each open brace, whether its content may never run
        self._conditional = False  # the statement has a condition before this place
        self._pending = False  # the next brace opens a block that may never run

    @property
    def certain(self) -> bool:
        """Whether this place is always reached when the module, or its function, runs."""
        return not (self._conditional or any(self._blocks))

    def follow(self, word: str) -> None:
        """Continue with the next word."""
        if word == "{":
            self._blocks.append(self._pending)
            self._pending = False
        elif word == "}":
            del self._blocks[-1:]
            self._conditional = False
        elif word in _STATEMENTS:
            self._conditional = self._pending = False
        elif word in _OPERATORS:
            self._conditional = True
        elif word in _CONDITIONS:
            self._pending = True
            self._conditional = self._conditional or word != "try"
        elif word in {"function", "=>"}:
            self._pending = False


def _specifiers(words: list[str]) -> Iterator[tuple[str, bool]]:
    """Yield (specifier, whether it is needed) of each way to load a module."""
    statements = _Statements()
    clause = False  # in an import or export, before "from"
    for index, word in enumerate(words):
        if index and words[index - 1] == ".":
            continue  # a property of that name
        statements.follow(word)
        following = words[index + 1 : index + 4]
        if word in {"require", "import"} and _is_call(following):
            yield following[1][1:-1], word == "require" and statements.certain
        elif word == "import" and _is_string(following):
            yield following[0][1:-1], True
        elif word == "import":
            clause = following[:1] != ["."]
        elif word == "export":
            clause = following[:1] in (["*"], ["{"])
        elif word == "from" and clause and _is_string(following):
            clause = False
            yield following[0][1:-1], True
        elif word == ";":
            clause = False


def _is_string(words: list[str]) -> bool:
    return bool(words) and words[0][0] in "\"'"


def _is_call(words: list[str]) -> bool:
    """Return whether the words are ( and a string, without an operator that changes it."""
    return words[:1] == ["("] and _is_string(words[1:]) and words[2:] in ([")"], [","])
