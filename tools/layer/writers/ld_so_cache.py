"""Writes ``etc/ld.so.cache`` as ldconfig(8) of glibc 2.36 and later would, for any architecture.

Format "glibc-ld.so.cache1.1": a header of 48 bytes, 24 bytes per library, the strings, and an
extension directory (glibc, ``sysdeps/generic/dl-cache.h``). Numbers are in the byte order of the
architecture. Libraries for CPUs above the baseline are found in ``glibc-hwcaps`` directories; ISA
levels from GNU property notes are not recorded.
"""

from __future__ import annotations

from struct import Struct

from tools.errors import PlinthError
from tools.layer.path_policy import Glob

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tools.layer.elf import Elf
    from tools.layer.tree import Tree

GENERATOR = "rules_plinth"
"""Written to the cache in place of ldconfig's name and version."""

BIG_ENDIAN = frozenset(("s390x",))
"""Debian's architectures that are not little endian."""

_SYSTEM_DIRECTORIES = ("/lib", "/usr/lib")  # always searched, after the configured ones
_CONF_DIRECTORY = "etc/ld.so.conf.d"
_ELF_LIBC6 = 0x0003
_FLAGS = {  # (e_machine, class): flags in addition to _ELF_LIBC6; glibc, sysdeps/generic/ldconfig.h
    (3, 32): 0x0000,
    (62, 64): 0x0300,
    (62, 32): 0x0800,
    (22, 64): 0x0400,
    (22, 32): 0x0000,
    (21, 64): 0x0500,
    (20, 32): 0x0000,
    (183, 64): 0x0A00,
}
_HWCAP_EXTENSION = 1 << 62
_EXTENSION_MAGIC = 0xEAA42174
_TAG_GENERATOR, _TAG_HWCAPS = 0, 1


class Library:
    """One line of the cache.

    Attributes:
        soname: what programs ask for.
        path: where it is, absolute.
        flags: ABI, as glibc numbers them.
        hwcaps: name of the glibc-hwcaps directory, or empty.
    """

    __slots__ = ("flags", "hwcaps", "path", "soname")

    def __init__(self, soname: str, path: str, flags: int, hwcaps: str = "") -> None:
        self.soname = soname
        self.path = path
        self.flags = flags
        self.hwcaps = hwcaps


def find_libraries(tree: Tree) -> tuple[list[Library], list[tuple[str, str]]]:
    """Find the libraries of an image as ldconfig does.

    Returns:
        the libraries in the order they are found, and the soname links that ldconfig would make
        because no package ships them: (path, target) each.
    """
    libraries: list[Library] = []
    links: list[tuple[str, str]] = []
    seen: set[str] = set()
    for directory in [*_configured_directories(tree), *_SYSTEM_DIRECTORIES]:
        real = tree.resolve(directory)
        if real is None or real in seen:
            continue
        seen.add(real)
        hwcaps = f"{real}/glibc-hwcaps"
        for name in tree.names(hwcaps):
            for soname, file, flags, _ in _libraries_in(tree, f"{hwcaps}/{name}"):
                path = f"{directory}/glibc-hwcaps/{name}/{file}"
                libraries.append(Library(soname, path, flags, name))
        for soname, file, flags, is_link in _libraries_in(tree, real):
            # Named by the soname, so that an update may change the name of the file.
            libraries.append(Library(soname, f"{directory}/{soname}", flags))
            if not is_link and file != soname and soname not in tree.names(real):
                links.append((f"{real}/{soname}", file))
    return libraries, links


def write_cache(libraries: Iterable[Library], *, big_endian: bool, generator: str) -> bytes:
    """Write the cache.

    Args:
        libraries: in the order they were found.
        big_endian: byte order of the architecture.
        generator: who made it.
    """
    order = ">" if big_endian else "<"
    entries = _sorted(libraries)
    hwcaps = sorted({entry.hwcaps for entry in entries if entry.hwcaps})
    strings, offsets = _string_table(
        {text for entry in entries for text in (entry.soname, entry.path)} | set(hwcaps)
    )
    header, line = Struct(order + "17s3sIIBxxxI12x"), Struct(order + "iIIIQ")
    base = header.size + line.size * len(entries)
    extension = -(-(base + len(strings)) // 4) * 4
    parts = [
        header.pack(
            b"glibc-ld.so.cache",
            b"1.1",
            len(entries),
            len(strings),
            3 if big_endian else 2,
            extension,
        )
    ]
    for entry in entries:
        hwcap = _HWCAP_EXTENSION | hwcaps.index(entry.hwcaps) if entry.hwcaps else 0
        parts.append(
            line.pack(
                entry.flags, base + offsets[entry.soname], base + offsets[entry.path], 0, hwcap
            )
        )
    parts.append(strings)
    parts.append(bytes(extension - base - len(strings)))
    parts.append(
        _extensions(order, extension, [base + offsets[name] for name in hwcaps], generator)
    )
    return b"".join(parts)


def _extensions(order: str, start: int, hwcaps: list[int], generator: str) -> bytes:
    word, section = Struct(order + "I"), Struct(order + "IIII")
    text = generator.encode()
    count = 2 if hwcaps else 1
    array = start + 2 * word.size + count * section.size
    parts = [word.pack(_EXTENSION_MAGIC), word.pack(count)]
    parts.append(section.pack(_TAG_GENERATOR, 0, array + 4 * len(hwcaps), len(text)))
    if hwcaps:
        parts.append(section.pack(_TAG_HWCAPS, 0, array, 4 * len(hwcaps)))
    return b"".join((*parts, *map(word.pack, hwcaps), text))


def _sorted(libraries: Iterable[Library]) -> list[Library]:
    """Order of the cache: soname and flags descending; of equals, hwcaps first."""
    entries = sorted(libraries, key=lambda entry: (not entry.hwcaps, entry.hwcaps))
    return sorted(entries, key=lambda entry: (_version(entry.soname), entry.flags), reverse=True)


def _version(name: str) -> list[tuple[int, int]]:
    """Return a sort key in which runs of digits are numbers, and follow characters."""
    key: list[tuple[int, int]] = []
    digits = ""
    for character in name + "\0":
        if "0" <= character <= "9":
            digits += character
            continue
        if digits:
            key.append((1, int(digits)))
            digits = ""
        if character != "\0":
            key.append((0, ord(character)))
    return key


def _string_table(texts: set[str]) -> tuple[bytes, dict[str, int]]:
    """Return strings with their zero bytes; the suffix of another one shares its bytes."""
    encoded = {text: text.encode("utf-8", "surrogateescape") for text in texts}
    # Descending by the last byte first; so, of two that end alike, the longer one first.
    order = sorted(encoded, key=lambda text: encoded[text][::-1], reverse=True)
    table, offsets = bytearray(), {}
    previous = b""
    for text in order:
        data = encoded[text]
        if previous.endswith(data):
            offsets[text] = len(table) - 1 - len(data)
        else:
            offsets[text] = len(table)
            table += data + b"\0"
            previous = data
    return bytes(table), offsets


def _libraries_in(tree: Tree, directory: str) -> Iterator[tuple[str, str, int, bool]]:
    """Yield soname, file name, flags and whether it is only a link, one for each soname."""
    found: dict[str, tuple[str, int, bool]] = {}
    for name in tree.names(directory):
        entry = tree.file(f"{directory}/{name}") if _is_library_name(name) else None
        elf = entry.get("elf") if entry else None
        flags = _flags(elf) if elf and elf["type"] == "shared" else None
        if elf is None or flags is None:
            continue
        soname = elf.get("soname") or name
        # libfoo.so -> libfoo.so.1 is for ld(1), and is listed under its own name.
        is_link = tree.is_symlink(f"{directory}/{name}") and (
            name == soname or (name.endswith(".so") and soname.startswith(name))
        )
        if is_link:
            soname = name
        earlier = found.get(soname)
        if earlier is None or _is_better(name, is_link, earlier):
            found[soname] = (name, flags, is_link)
    for soname, (name, flags, is_link) in found.items():
        yield soname, name, flags, is_link


def _is_better(name: str, is_link: bool, earlier: tuple[str, int, bool]) -> bool:
    earlier_name, _, earlier_is_link = earlier
    if is_link != earlier_is_link:
        return earlier_is_link
    return _version(earlier_name) < _version(name)


def _is_library_name(name: str) -> bool:
    if name.endswith((".dpkg-new", ".dpkg-tmp")) or ".#prelink#" in name:
        return False
    if name.startswith(("lib", "ld-")):
        return ".so" in name and not name.endswith("-gdb.py")
    return name.startswith(("ld.so.", "ld64.so."))


def _flags(elf: Elf) -> int | None:
    machine, width = elf["machine"], elf["class"]
    if (machine, width) in _FLAGS:
        return _FLAGS[machine, width] | _ELF_LIBC6
    flags = elf["flags"]
    if machine == 40:  # ARM: EF_ARM_ABI_FLOAT_HARD, EF_ARM_ABI_FLOAT_SOFT
        return _ELF_LIBC6 | (0x0900 if flags & 0x400 else 0x0B00 if flags & 0x200 else 0)
    if machine == 243 and width == 64:  # RISC-V: EF_RISCV_FLOAT_ABI
        return {0: 0x0F00 | _ELF_LIBC6, 4: 0x1000 | _ELF_LIBC6}.get(flags & 6)
    if machine == 258 and width == 64:  # LoongArch: EF_LARCH_ABI_MODIFIER_MASK
        return {1: 0x1100 | _ELF_LIBC6, 3: 0x1200 | _ELF_LIBC6}.get(flags & 7)
    return None


def _configured_directories(tree: Tree) -> list[str]:
    """Directories of etc/ld.so.conf; of all of ld.so.conf.d where that file is not in the image."""
    if tree.file("etc/ld.so.conf") is None:
        # libc-bin has it; libraries have their own files in ld.so.conf.d without it.
        return list(_read_conf(tree, f"include /{_CONF_DIRECTORY}/*.conf", 0))
    return list(_read_conf(tree, _text(tree, "etc/ld.so.conf"), 0))


def _read_conf(tree: Tree, text: str, depth: int) -> Iterator[str]:
    if depth > 10:
        raise PlinthError("etc/ld.so.conf: includes itself")
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        if not words or words[0] == "hwcap":
            continue
        if words[0] != "include":
            for word in " ".join(words).replace(",", " ").replace(":", " ").split():
                # An old "=libc5" suffix names an ABI that glibc no longer has.
                yield word.partition("=")[0].rstrip("/")
            continue
        for pattern in words[1:]:
            glob = pattern if pattern.startswith("/") else f"/etc/{pattern}"
            directory, _, names = glob[1:].rpartition("/")
            for name in tree.names(tree.resolve(directory) or directory):
                if Glob(names).matches(name):
                    yield from _read_conf(tree, _text(tree, f"{directory}/{name}"), depth + 1)


def _text(tree: Tree, path: str) -> str:
    entry = tree.file(path)
    return entry.get("text", "") if entry else ""
