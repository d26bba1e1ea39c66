"""Writes mime.cache, the types of files as programs map them into memory.

https://specifications.freedesktop.org/shared-mime-info-spec/latest/ has the layout: big-endian
numbers of 32 bits, which are offsets in the file where they name strings or lists.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from tools.configure.writers.mime_source import Match, Type

    Node = dict[str, "Node"]

_MAJOR, _MINOR = 1, 2
_HEADER = 40
_CASED = 0x100
_SPECIAL = frozenset("*?[")


def write_cache(types: list[Type]) -> bytes:
    """Return the cache of some types, which are sorted."""
    return _Cache(types).data()


class _Cache:
    """The lists of the cache, each after what it points to."""

    def __init__(self, types: list[Type]) -> None:
        self._types = types
        self._out = bytearray(_HEADER)
        self._strings: dict[bytes, int] = {}

    def data(self) -> bytes:
        types = self._types
        literals, suffixes, globs = _sorted_globs(types)
        aliases = [
            (alias, each.name) for each in types for alias in set(each.values("alias", "type"))
        ]
        names = sorted((*name, each.name) for each in types for name in each.namespaces)
        offsets = (
            self._table(
                [(self._string(alias), self._string(name)) for alias, name in sorted(aliases)]
            ),
            self._table(list(self._parents())),
            self._table([self._glob(*glob) for glob in literals]),
            self._suffixes(suffixes),
            self._table([self._glob(*glob) for glob in globs]),
            self._magic(),
            self._table([tuple(map(self._string, name)) for name in names]),
            self._icons("icon"),
            self._icons("generic-icon"),
        )
        header = _MAJOR.to_bytes(2, "big") + _MINOR.to_bytes(2, "big") + _numbers(offsets)
        self._out[:_HEADER] = header
        return bytes(self._out)

    def _parents(self) -> Iterable[tuple[int, ...]]:
        for each in self._types:
            parents = each.values("sub-class-of", "type")
            if parents:
                offsets = [self._string(parent) for parent in parents]
                yield self._string(each.name), self._add((len(offsets), *offsets))

    def _icons(self, element: str) -> int:
        icons = ((each.name, each.values(element, "name")) for each in self._types)
        return self._table(
            [(self._string(name), self._string(values[-1])) for name, values in icons if values]
        )

    def _glob(self, pattern: str, name: str, weight: int) -> tuple[int, ...]:
        return self._string(pattern), self._string(name), weight

    def _suffixes(self, suffixes: list[tuple[str, str, int]]) -> int:
        """Add a tree of characters, from the last one of suffixes on; leaves say the types."""
        top: Node = {}
        leaves: dict[int, list[tuple[int, int, int]]] = {}
        for suffix, name, weight in suffixes:
            node = top
            for character in reversed(suffix):
                node = node.setdefault(character, {})
            leaves.setdefault(id(node), []).append((0, self._string(name), weight))

        # Children have to be in a row, so those of a node are written before it.
        def write(node: Node) -> tuple[int, int]:
            rows = [*leaves.get(id(node), ())]
            for character in sorted(node):
                rows.append((ord(character), *write(node[character])))
            return len(rows), self._add(number for row in rows for number in row)

        return self._add(write(top))

    def _magic(self) -> int:
        sections = sorted_magic(self._types)
        rows = []
        extent = 0
        for priority, name, matches in sections:
            extent = max([extent, *(match.extent for match in matches)])
            rows += [priority, self._string(name), len(matches), self._matches(matches)]
        return self._add((len(sections), extent, self._add(rows)))

    def _matches(self, matches: list[Match]) -> int:
        rows: list[int] = []
        for match in matches:
            value = self._bytes(match.value)
            mask = self._bytes(match.mask) if match.mask else 0
            inner = self._matches(match.inner) if match.inner else 0
            rows += (match.start, match.length, match.word, len(match.value), value, mask)
            rows += (len(match.inner), inner)
        return self._add(rows)

    def _table(self, rows: list[tuple[int, ...]]) -> int:
        return self._add((len(rows), *(number for row in rows for number in row)))

    def _add(self, numbers: Iterable[int]) -> int:
        offset = len(self._out)
        self._out += _numbers(numbers)
        return offset

    def _string(self, text: str) -> int:
        return self._bytes(text.encode("utf-8", "surrogateescape") + b"\0")

    def _bytes(self, data: bytes) -> int:
        if data not in self._strings:
            self._strings[data] = len(self._out)
            self._out += data + bytes(-len(data) % 4)
        return self._strings[data]


def sorted_magic(types: list[Type]) -> list[tuple[int, str, list[Match]]]:
    """(priority, name of the type, matches) each, those that are asked first before others."""
    found = [(priority, each.name, matches) for each in types for priority, matches in each.magic]
    return sorted(found, key=lambda section: (-section[0], section[1]))


def _sorted_globs(types: list[Type]) -> tuple[list[tuple[str, str, int]], ...]:
    """Names, suffixes and other patterns: (pattern, name of the type, weight and flag) each."""
    kinds: tuple[list[tuple[str, str, int]], ...] = ([], [], [])
    for each in types:
        for pattern, weight, cased in dict.fromkeys(each.globs):
            row = each.name, weight | (_CASED if cased else 0)
            if _SPECIAL.isdisjoint(pattern):
                kinds[0].append((pattern, *row))
            elif pattern.startswith("*") and len(pattern) > 1 and _SPECIAL.isdisjoint(pattern[1:]):
                kinds[1].append((pattern[1:], *row))
            else:
                kinds[2].append((pattern, *row))
    for kind in kinds:
        kind.sort(key=lambda row: (row[0], -(row[2] % _CASED), row[1]))
    return kinds


def _numbers(numbers: Iterable[int]) -> bytes:
    return b"".join(number.to_bytes(4, "big") for number in numbers)
