"""What the content of a file says beyond its hash: the facts that later checks use.

Pure functions on bytes. Only a few kinds of files are read, see ``worth_reading``.
"""

from __future__ import annotations

from tools.debian.copyright import parse_licenses
from tools.layer import component
from tools.layer.elf import MAGIC, parse_elf

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tools.layer.facts import Entry

START = 256
"""The bytes of a file that are read first, as many as Linux reads (BINPRM_BUF_SIZE)."""

_LARGEST_TEXT = 64 << 10
_LARGEST_COPYRIGHT = 4 << 20
_TEXTS = frozenset(
    (
        "etc/group",
        "etc/nsswitch.conf",
        "etc/ld.so.conf",  # ld.so.conf(5): ld_so_cache reads only facts
        "etc/os-release",
        "etc/passwd",
        "etc/shells",
        "usr/lib/os-release",
    )
)
_SHELLS = frozenset((b"sh", b"bash", b"dash"))
_LARGEST_SCRIPT = 32 << 10
_PROGRAMS = frozenset(("bin", "sbin", "usr/bin", "usr/sbin", "usr/local/bin", "usr/local/sbin"))
_OF_DISTRIBUTIONS = ("boot/", "etc/", "lib/", "usr/", "var/")
_TEXT_DIRECTORIES = (
    "etc/ld.so.conf.d/",
    "usr/share/debianutils/shells",  # for tools/configure, which unpacks no package to read them
    "usr/share/pam-configs/",
    "usr/share/pam/common-",
)


def worth_reading(path: str, size: int, start: bytes) -> bool:
    """Return whether the content has facts; ``start`` is its first ``START`` bytes, or all."""
    if _is_copyright(path):
        return size <= _LARGEST_COPYRIGHT
    if component.is_metadata(path):
        return size <= component.LARGEST
    return start.startswith((MAGIC, b"#!")) or _is_text(path, size)


def describe_content(path: str, data: Any) -> Entry:
    """Return the facts of a content that is worth reading.

    Args:
        path: in the image.
        data: the whole content, as bytes or any buffer whose slices convert to bytes; of a script
            the first ``START`` bytes are enough.

    Returns:
        What goes into the file's entry: "licenses", "component", "elf", "shebang", "commands",
        "text", or nothing.
    """
    if _is_copyright(path):
        licenses = parse_licenses(_decoded(data))
        return {"licenses": licenses} if licenses else {}
    if component.is_metadata(path):
        found = component.describe_component(path, _decoded(data))
        return {"component": found} if found else {}
    start = bytes(data[:START])
    if start.startswith(MAGIC):
        elf = parse_elf(data)
        return {"elf": elf} if elf else {}
    if start.startswith(b"#!"):
        return _described_script(path, data)
    if _is_text(path, len(data)) and len(data):
        return {"text": _decoded(data)}
    return {}


def _described_script(path: str, data: Any) -> Entry:
    line = bytes(data[:START])[2:].partition(b"\n")[0].strip(b" \t\r")
    found: Entry = {}
    if line:
        found["shebang"] = line.decode("utf-8", "surrogateescape")
    if line and _is_shell(line) and len(data) <= _LARGEST_SCRIPT and _is_program(path):
        # Imported only here: most fragments have no such script.
        from tools.effects.shell.required import required_programs  # noqa: PLC0415

        commands = required_programs(_decoded(data))
        if commands:
            found["commands"] = commands
    return found


def _is_shell(line: bytes) -> bool:
    words = [word.rpartition(b"/")[2] for word in line.split()[:2]]
    return words[-1 if words[:1] == [b"env"] else 0] in _SHELLS


def _is_text(path: str, size: int) -> bool:
    return (path in _TEXTS or path.startswith(_TEXT_DIRECTORIES)) and size <= _LARGEST_TEXT


def _is_program(path: str) -> bool:
    """Return whether people may start it: on PATH, or outside of a distribution's directories."""
    directory = path.rpartition("/")[0]
    return directory in _PROGRAMS or not path.startswith(_OF_DISTRIBUTIONS)


def _is_copyright(path: str) -> bool:
    # Debian Policy 12.5.
    return path.startswith("usr/share/doc/") and path.endswith("/copyright")


def _decoded(data: Any) -> str:
    return bytes(data[:]).decode("utf-8", "replace")
