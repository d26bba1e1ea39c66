"""A configuration file as a tree that remembers its lines.

The only place that imports PyYAML. A file whose name ends in ``.json`` is read by the standard
library alone, so that a machine with a bare Python can use it; its messages have no line, only
the path of keys.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from tools.errors import PlinthError
from tools.lock.suggestion import did_you_mean

_T = TypeVar("_T")


class ManifestError(PlinthError):
    """A manifest has an invalid value.

    Attributes:
        file: as the user named it.
        line: counted from 1; None when not known.
        where: the path of keys that leads to the value, such as ``archives.debian``.
        problem: what is wrong.
        cure: what to do, or empty.
    """

    def __init__(
        self, file: str, line: int | None, where: str, problem: str, cure: str = ""
    ) -> None:
        self.file = file
        self.line = line
        self.where = where
        self.problem = problem
        self.cure = cure
        place = file if line is None else f"{file}:{line}"
        message = ": ".join(filter(None, (place, where, problem)))
        super().__init__(f"{message}\n  {cure}" if cure else message)


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the file, with its place.

    Attributes:
        value: None, a boolean, a number, a text, a list of nodes, or nodes by key.
        written: a scalar as it is written; empty for a list or a mapping.
    """

    value: Any
    written: str
    file: str
    line: int | None
    where: str

    @property
    def place(self) -> str:
        """Its file, and its line if that is known."""
        return self.file if self.line is None else f"{self.file}:{self.line}"

    def error(self, problem: str, cure: str = "") -> ManifestError:
        """Return an error about this value, to be raised."""
        return ManifestError(self.file, self.line, self.where, problem, cure)

    def named(self) -> dict[str, Node]:
        """Return the value as a mapping with any keys."""
        if not isinstance(self.value, dict):
            raise self.error("expected keys and values (a mapping)")
        return self.value

    def mapping(self, required: Sequence[str], optional: Sequence[str]) -> dict[str, Node]:
        """Return the value as a mapping that has all required keys and no unknown one."""
        fields = self.named()
        known = (*required, *optional)
        for key, node in fields.items():
            if key not in known:
                guess = did_you_mean(key, known) or f"Known keys: {', '.join(known)}."
                raise ManifestError(self.file, node.line, self.where, f'unknown key "{key}"', guess)
        for key in required:
            if key not in fields:
                raise self.error(f'the key "{key}" is missing')
        return fields

    def items(self) -> list[Node]:
        """Return the value as a list that is not empty."""
        if not isinstance(self.value, list):
            raise self.error("expected a list", "Write [a, b], or one item per line after a dash.")
        return self.value

    def distinct(self, read: Callable[[Node], _T]) -> tuple[_T, ...]:
        """Return the value as a list of things that are all different, each made by a function."""
        values: list[_T] = []
        for item in self.items():
            value = read(item)
            if value in values:
                raise item.error(f'"{value}" is there twice', "Remove one of the two.")
            values.append(value)
        return tuple(values)

    def text(self) -> str:
        """Return the value as text; a number counts as the text it is written as."""
        if self.value is None or isinstance(self.value, bool | list | dict) or not self.written:
            raise self.error("expected a text", "Put it in quotes if it is one.")
        return self.written

    def boolean(self) -> bool:
        """Return the value as a boolean."""
        if not isinstance(self.value, bool):
            raise self.error("expected true or false")
        return self.value


def read_tree(path: str, name: str) -> Node:
    """Read a YAML or JSON file.

    Args:
        path: of the file.
        name: what to call it in messages.

    Raises:
        ManifestError: it cannot be read, or is not YAML or JSON, or has a key twice.
    """
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except OSError as error:
        raise ManifestError(name, None, "", f"cannot read it: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ManifestError(name, None, "", f"it is not UTF-8: {error.reason}") from None
    return _from_json(text, name) if path.endswith(".json") else _from_yaml(text, name)


def _from_json(text: str, name: str) -> Node:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        for key in keys:
            if keys.count(key) > 1:
                raise ManifestError(name, None, "", f'the key "{key}" is there twice')
        return dict(pairs)

    def node(value: Any, where: str) -> Node:
        written = "" if isinstance(value, dict | list) else str(value)
        if isinstance(value, dict):
            value = {key: node(inner, _join(where, key)) for key, inner in value.items()}
        elif isinstance(value, list):
            value = [node(inner, f"{where}[{index}]") for index, inner in enumerate(value)]
        return Node(value, written, name, None, where)

    try:
        return node(json.loads(text, object_pairs_hook=unique), "")
    except json.JSONDecodeError as error:
        raise ManifestError(name, error.lineno, "", f"not JSON: {error.msg}") from None


def _from_yaml(text: str, name: str) -> Node:
    try:
        import yaml  # noqa: PLC0415  (a bare machine reads JSON without it)
    except ModuleNotFoundError:
        raise ManifestError(
            name,
            None,
            "",
            "reading YAML needs the Python module PyYAML",
            "Install it, or write the manifest as JSON in a file that ends in .json.",
        ) from None

    resolver = yaml.SafeLoader("")

    def node(raw: yaml.Node, where: str) -> Node:
        line = raw.start_mark.line + 1
        value: Any
        written = ""
        if isinstance(raw, yaml.MappingNode):
            value = {}
            for raw_key, raw_value in raw.value:
                key = str(raw_key.value)
                key_line = raw_key.start_mark.line + 1
                if key in value:
                    raise ManifestError(name, key_line, where, f'the key "{key}" is there twice')
                inner = node(raw_value, _join(where, key))
                # A key's own line is what an editor should jump to, not that of its block.
                value[key] = Node(inner.value, inner.written, name, key_line, inner.where)
        elif isinstance(raw, yaml.SequenceNode):
            value = [node(inner, f"{where}[{index}]") for index, inner in enumerate(raw.value)]
        else:
            written = raw.value
            value = _scalar(raw, resolver)
        return Node(value, written, name, line, where)

    try:
        raw = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise ManifestError(name, line, "", f"not YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise ManifestError(name, None, "", f"not YAML: {error}") from None
    if raw is None:
        raise ManifestError(name, None, "", "the file is empty")
    return node(raw, "")


def _scalar(raw: Any, resolver: Any) -> Any:
    kind = raw.tag.rpartition(":")[2]
    if kind in ("bool", "int", "null"):
        return resolver.construct_object(raw)
    return raw.value


def _join(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key
