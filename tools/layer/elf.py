"""Reads the imports and exports of a dynamic ELF object, for closure tests and ld.so.cache.

Reads both classes and both byte orders of every architecture, from program headers alone (section
headers may be stripped). System V gABI, chapters 4 and 5; symbol versions as in the LSB Core
specification, "Symbol Versioning". Pure functions on bytes.
"""

from __future__ import annotations

import struct

from tools.tar.integers import Integers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypedDict

    from tools.tar.integers import Content

    Elf = TypedDict(
        "Elf",
        {
            "class": int,
            "endian": str,
            "machine": int,
            "flags": int,
            "type": str,
            "interpreter": str,
            "soname": str,
            "needed": list[str],
            "rpath": str,
            "runpath": str,
            "pie": bool,
            "iconv": bool,
            "shell": bool,
            "versions_needed": dict[str, list[str]],
            "versions_defined": list[str],
            "symbols_needed": dict[str, dict[str, list[str]]],
        },
        total=False,
    )

MAGIC = b"\x7fELF"

_PT_LOAD, _PT_DYNAMIC, _PT_INTERP = 1, 2, 3
_DT_NEEDED, _DT_STRTAB, _DT_STRSZ, _DT_SONAME, _DT_RPATH, _DT_RUNPATH = 1, 5, 10, 14, 15, 29
_DT_FLAGS_1, _DT_VERDEF, _DT_VERDEFNUM = 0x6FFFFFFB, 0x6FFFFFFC, 0x6FFFFFFD
_DT_VERNEED, _DT_VERNEEDNUM = 0x6FFFFFFE, 0x6FFFFFFF
_DT_SYMTAB, _DT_GNU_HASH, _DT_VERSYM = 6, 0x6FFFFEF5, 0x6FFFFFF0
_VER_FLG_WEAK = 2
_EXECUTABLE, _SHARED = 2, 3
_EM_NONE = 0
_DF_1_PIE = 0x08000000
_MOST_ENTRIES = 65536  # a bound on chains that a damaged file could make endless
_RUN_COMMANDS = (b"\0system\0", b"\0popen\0")
_EXAMPLES = 3  # symbols to show per version: enough to find the call

_HEADER = {  # the fields after e_ident, up to e_phnum
    (order, wide): Integers(order + ("HHIQQQIHHH" if wide else "HHIIIIIHHH"))
    for order in "<>"
    for wide in (False, True)
}
_PROGRAM_HEADER = {
    (order, wide): Integers(order + ("IIQQQQQQ" if wide else "IIIIIIII"))
    for order in "<>"
    for wide in (False, True)
}
_DYNAMIC = {
    (order, wide): Integers(order + ("QQ" if wide else "II"))
    for order in "<>"
    for wide in (False, True)
}


def parse_elf(data: Content) -> Elf | None:
    """Read the facts of an executable or shared object.

    Args:
        data: the whole file.

    Returns:
        None when it is not such an object or is damaged beyond reading; else a dictionary with
        class (32 or 64), endian ("little" or "big"), machine (e_machine), flags (e_flags),
        type ("executable" or "shared") and, where present, interpreter, soname, needed,
        rpath, runpath, pie, iconv (whether it converts charsets by iconv_open(3)), shell (whether
        it is a program that runs commands by system(3) or popen(3), or names ``/bin/sh``),
        versions_needed {file: [versions]} and versions_defined [versions],
        and for each version needed a few of the symbols: symbols_needed {file: {version: [names]}}.
    """
    try:
        return _parse(data)
    except (struct.error, IndexError, OverflowError, ValueError):
        return None


def is_program(facts: Elf) -> bool:
    """Return whether the object is meant to be started rather than linked to."""
    return facts["type"] == "executable" or "interpreter" in facts or facts.get("pie", False)


def _parse(data: Content) -> Elf | None:
    if bytes(data[:4]) != MAGIC or data[4] not in {1, 2} or data[5] not in {1, 2}:
        return None
    wide, order = data[4] == 2, "<" if data[5] == 1 else ">"
    header = _HEADER[order, wide]
    kind, machine, _, _, phoff, _, flags, _, phentsize, phnum = header.unpack_from(data, 16)
    if kind not in {_EXECUTABLE, _SHARED} or machine == _EM_NONE:
        return None  # objects to be linked, and data in the form of ELF
    facts: Elf = {
        "class": 64 if wide else 32,
        "endian": "little" if order == "<" else "big",
        "machine": machine,
        "flags": flags,
        "type": "executable" if kind == _EXECUTABLE else "shared",
    }
    segments: list[tuple[int, int, int]] = []
    dynamic: tuple[int, int] | None = None
    program_header = _PROGRAM_HEADER[order, wide]
    for index in range(phnum):
        fields = program_header.unpack_from(data, phoff + index * phentsize)
        if wide:
            p_type, _, offset, address, _, size, _, _ = fields
        else:
            p_type, offset, address, _, size, _, _, _ = fields
        if p_type == _PT_LOAD:
            segments.append((address, offset, size))
        elif p_type == _PT_DYNAMIC:
            dynamic = (offset, size)
        # Linux starts no file whose interpreter is empty; some libraries have such a one.
        elif p_type == _PT_INTERP and size > 1:
            facts["interpreter"] = _text(bytes(data[offset : offset + size]), 0)
    if dynamic:
        _read_dynamic(data, facts, segments, _DYNAMIC[order, wide], *dynamic)
    return facts


def _read_dynamic(  # noqa: PLR0912, PLR0913, PLR0917
    data: Content,
    facts: Elf,
    segments: list[tuple[int, int, int]],
    entry: Integers,
    offset: int,
    size: int,
) -> None:
    table: dict[int, int] = {}
    needed: list[int] = []
    for position in range(offset, offset + size - entry.size + 1, entry.size):
        tag, value = entry.unpack_from(data, position)
        if tag == 0:
            break
        if tag == _DT_NEEDED:
            needed.append(value)
        else:
            table[tag] = value
    if _DT_STRTAB not in table:
        return
    start = _file_offset(segments, table[_DT_STRTAB])
    strings = bytes(data[start : start + table.get(_DT_STRSZ, 0)])
    if needed:
        facts["needed"] = [_text(strings, value) for value in needed]
    if _DT_SONAME in table:
        facts["soname"] = _text(strings, table[_DT_SONAME])
    if _DT_RPATH in table:
        facts["rpath"] = _text(strings, table[_DT_RPATH])
    if _DT_RUNPATH in table:
        facts["runpath"] = _text(strings, table[_DT_RUNPATH])
    if table.get(_DT_FLAGS_1, 0) & _DF_1_PIE:
        facts["pie"] = True
    if b"\0iconv_open\0" in strings and facts.get("soname") != "libc.so.6":
        facts["iconv"] = True
    runs_commands = any(name in strings for name in _RUN_COMMANDS)
    if "interpreter" in facts and (runs_commands or _names_shell(data)):
        facts["shell"] = True
    order = "<" if facts["endian"] == "little" else ">"
    if _DT_VERNEED in table:
        chain = _file_offset(segments, table[_DT_VERNEED])
        count = table.get(_DT_VERNEEDNUM, 0)
        needed_versions = _versions_needed(data, order, chain, count, strings)
        facts["versions_needed"] = {
            file: sorted(name for _, name in names) for file, names in needed_versions.items()
        }
        if {_DT_SYMTAB, _DT_GNU_HASH, _DT_VERSYM} <= table.keys():
            places = [
                _file_offset(segments, table[tag]) for tag in (_DT_SYMTAB, _DT_GNU_HASH, _DT_VERSYM)
            ]
            facts["symbols_needed"] = _symbols_needed(
                data, order, facts["class"], places, needed_versions, strings
            )
    if _DT_VERDEF in table:
        chain = _file_offset(segments, table[_DT_VERDEF])
        count = table.get(_DT_VERDEFNUM, 0)
        facts["versions_defined"] = _versions_defined(data, order, chain, count, strings)


def _names_shell(data: Content) -> bool:
    return (bytes(data) if isinstance(data, memoryview) else data).find(b"\0/bin/sh\0") >= 0


def _versions_needed(
    data: Content, order: str, position: int, count: int, strings: bytes
) -> dict[str, list[tuple[int, str]]]:
    """Return by file the versions that must be there, each after its number in symbols."""
    verneed, vernaux = Integers(order + "HHIII"), Integers(order + "IHHII")
    result: dict[str, list[tuple[int, str]]] = {}
    for _ in range(min(count, _MOST_ENTRIES)):
        _, aux_count, file, aux, following = verneed.unpack_from(data, position)
        names = result.setdefault(_text(strings, file), [])
        aux_position = position + aux
        for _ in range(min(aux_count, _MOST_ENTRIES)):
            _, flags, number, name, aux_next = vernaux.unpack_from(data, aux_position)
            if not flags & _VER_FLG_WEAK:  # the loader only warns where one of these is missing
                names.append((number, _text(strings, name)))
            if not aux_next:
                break
            aux_position += aux_next
        if not following:
            break
        position += following
    return result


def _symbols_needed(  # noqa: PLR0913, PLR0917
    data: Content,
    order: str,
    width: int,
    places: list[int],
    versions: dict[str, list[tuple[int, str]]],
    strings: bytes,
) -> dict[str, dict[str, list[str]]]:
    symbols, gnu_hash, versym = places
    # Undefined symbols come before those that the object exports and hashes.
    (count,) = Integers(order + "I").unpack_from(data, gnu_hash + 4)
    numbers = Integers(f"{order}{min(count, _MOST_ENTRIES)}H").unpack_from(data, versym)
    name, entry_size = Integers(order + "I"), 24 if width == 64 else 16
    result: dict[str, dict[str, list[str]]] = {}
    examples: dict[int, list[str]] = {}
    for file, names in versions.items():
        for number, version in names:
            examples[number] = result.setdefault(file, {}).setdefault(version, [])
    for index, number in enumerate(numbers):
        found = examples.get(number)
        if found is not None and len(found) < _EXAMPLES:
            (offset,) = name.unpack_from(data, symbols + index * entry_size)
            found.append(_text(strings, offset))
    return result


def _versions_defined(
    data: Content, order: str, position: int, count: int, strings: bytes
) -> list[str]:
    verdef, verdaux = Integers(order + "HHHHIII"), Integers(order + "II")
    names = []
    for _ in range(min(count, _MOST_ENTRIES)):
        _, flags, _, _, _, aux, following = verdef.unpack_from(data, position)
        name, _ = verdaux.unpack_from(data, position + aux)
        if not flags & 1:  # VER_FLG_BASE: the name of the file itself, not a version
            names.append(_text(strings, name))
        if not following:
            break
        position += following
    return sorted(names)


def _file_offset(segments: list[tuple[int, int, int]], address: int) -> int:
    for start, offset, size in segments:
        if start <= address < start + size:
            return address - start + offset
    raise ValueError("address outside of every segment")


def _text(strings: bytes, offset: int) -> str:
    end = strings.index(b"\0", offset)
    return strings[offset:end].decode("utf-8", "surrogateescape")
