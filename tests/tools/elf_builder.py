"""Builds the smallest ELF objects that say what a test wants them to say."""

from __future__ import annotations

from dataclasses import dataclass
from struct import pack

_BASE = 0x10000  # where the one segment is mapped; unlike its offset, as in real files
_WORD = {32: "I", 64: "Q"}

MACHINES = {
    # Debian's architecture: class, byte order, e_machine, e_flags
    "amd64": (64, "<", 62, 0),
    "arm64": (64, "<", 183, 0),
    "armhf": (32, "<", 40, 0x5000400),
    "i386": (32, "<", 3, 0),
    "ppc64el": (64, "<", 21, 2),
    "riscv64": (64, "<", 243, 5),
    "s390x": (64, ">", 22, 0),
}


@dataclass(frozen=True, slots=True)
class Elf:
    """A dynamic object."""

    architecture: str = "amd64"
    soname: str = ""
    needed: tuple[str, ...] = ()
    runpath: str = ""
    interpreter: str | None = None
    executable: bool = False
    versions_needed: tuple[tuple[str, tuple[str, ...]], ...] = ()
    versions_defined: tuple[str, ...] = ()
    symbols_needed: tuple[tuple[str, str], ...] = ()
    """Symbols with the version that each is wanted in."""
    weak: tuple[str, ...] = ()
    """Those of ``versions_needed`` that may be missing."""

    def build(self) -> bytes:
        """Return the bytes of the object."""
        width, order, machine, flags = MACHINES[self.architecture]
        word = order + _WORD[width]
        header_size, entry_size = (64, 56) if width == 64 else (52, 32)
        strings = _Strings()
        dynamic = [(1, strings.add(name)) for name in self.needed]
        dynamic += [(14, strings.add(self.soname))] if self.soname else []
        dynamic += [(29, strings.add(self.runpath))] if self.runpath else []
        versions_needed = self._versions_needed(order, strings)
        versions_defined = self._versions_defined(order, strings)
        symbols, versym = self._symbols(order, strings)
        interpreter = self.interpreter.encode() + b"\0" if self.interpreter is not None else b""
        start = header_size + 3 * entry_size
        places, position, parts = {}, start, []
        for key, data in (
            ("strings", strings.data),
            ("needed", versions_needed),
            ("defined", versions_defined),
            ("interpreter", interpreter),
            ("symbols", symbols),
            ("versym", versym),
            ("hash", pack(order + "IIII", 1, len(self.symbols_needed) + 1, 1, 0)),
        ):
            parts.append(data + bytes(-len(data) % 8))
            places[key] = position
            position += len(data) + -len(data) % 8
        dynamic += [(5, _BASE + places["strings"]), (10, len(strings.data))]
        if versions_needed:
            dynamic += [(0x6FFFFFFE, _BASE + places["needed"])]
            dynamic += [(0x6FFFFFFF, len(self.versions_needed))]
        if versions_defined:
            dynamic += [(0x6FFFFFFC, _BASE + places["defined"])]
            dynamic += [(0x6FFFFFFD, len(self.versions_defined) + 1)]
        if self.symbols_needed:
            dynamic += [(6, _BASE + places["symbols"]), (0x6FFFFFF0, _BASE + places["versym"])]
            dynamic += [(0x6FFFFEF5, _BASE + places["hash"])]
        table = b"".join(pack(word + word[1], *item) for item in [*dynamic, (0, 0)])
        total = position + len(table)
        segments = [(1, 0, total), (2, position, len(table))]
        segments.append((3, places["interpreter"], len(interpreter)) if interpreter else (0, 0, 0))
        identity = b"\x7fELF" + bytes((1 if width == 32 else 2, 1 if order == "<" else 2, 1))
        kind = 2 if self.executable else 3
        header = identity.ljust(16, b"\0") + pack(
            order + "HHI" + 3 * _WORD[width] + "IHHHHHH",
            kind, machine, 1, 0, header_size, 0, flags, header_size, entry_size, 3, 0, 0, 0,
        )  # fmt: skip
        headers = b"".join(_program_header(width, order, *segment) for segment in segments)
        return header + headers + b"".join(parts) + table

    def _versions_needed(self, order: str, strings: _Strings) -> bytes:
        parts = []
        numbers = self._version_numbers()
        for number, (file, names) in enumerate(self.versions_needed):
            size = 16 + 16 * len(names)
            following = size if number < len(self.versions_needed) - 1 else 0
            parts.append(pack(order + "HHIII", 1, len(names), strings.add(file), 16, following))
            for index, name in enumerate(names):
                more = 16 if index < len(names) - 1 else 0
                weak = 2 if name in self.weak else 0
                vernaux = (0, weak, numbers[name], strings.add(name), more)
                parts.append(pack(order + "IHHII", *vernaux))
        return b"".join(parts)

    def _version_numbers(self) -> dict[str, int]:
        names = [name for _, names in self.versions_needed for name in names]
        return {name: number for number, name in enumerate(names, 2)}

    def _symbols(self, order: str, strings: _Strings) -> tuple[bytes, bytes]:
        """Return the symbol table, and the number of each symbol's version."""
        width = MACHINES[self.architecture][0]
        size = 24 if width == 64 else 16
        numbers = self._version_numbers()
        table = [bytes(size)]
        for name, _ in self.symbols_needed:
            table.append(pack(order + "I", strings.add(name)).ljust(size, b"\0"))
        versions = [0, *(numbers[version] for _, version in self.symbols_needed)]
        return b"".join(table), pack(f"{order}{len(versions)}H", *versions)

    def _versions_defined(self, order: str, strings: _Strings) -> bytes:
        if not self.versions_defined:
            return b""
        parts = []
        names = (self.soname, *self.versions_defined)
        for index, name in enumerate(names):
            following = 28 if index < len(names) - 1 else 0
            parts.append(pack(order + "HHHHIII", 1, int(not index), index + 1, 1, 0, 20, following))
            parts.append(pack(order + "II", strings.add(name), 0))
        return b"".join(parts)


class _Strings:
    def __init__(self) -> None:
        self.data = b"\0"

    def add(self, text: str) -> int:
        offset = len(self.data)
        self.data += text.encode() + b"\0"
        return offset


def _program_header(width: int, order: str, kind: int, offset: int, size: int) -> bytes:
    address = _BASE + offset
    if width == 64:
        return pack(order + "IIQQQQQQ", kind, 5, offset, address, address, size, size, 8)
    return pack(order + "IIIIIIII", kind, offset, address, address, size, size, 5, 8)
