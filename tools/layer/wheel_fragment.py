"""The verb ``wheel-fragment``: a Python wheel, unpacked as an installer would.

Binary Distribution Format, PEP 427: the root and ``*.data/{purelib,platlib}`` go to site-packages,
``scripts``, ``data`` and ``headers`` where pip puts them, see ``wheel_scheme``. Entry points get
their console scripts. ``RECORD`` is checked, and written again for what was kept; ``INSTALLER``
says who did it (PyPA, "Recording installed projects"). No bytecode is made.

Its keys:
    wheel               the .whl
    prefix              site-packages directory in the image; programs, data and headers go where
                        ``wheel_scheme.py`` says
    interpreter?        of its programs, default /usr/bin/python3
    policy*?            see ``path_policy.py``; no line means: drop nothing
"""

from __future__ import annotations

import mmap
from posixpath import relpath

from tools.errors import PlinthError
from tools.layer.fragment import FRAGMENT_KEYS, FragmentError, FragmentWriter
from tools.layer.namespaces import is_declaration
from tools.layer.path_policy import compile_policy
from tools.layer.python_libraries import opened_libraries
from tools.layer.wheel_archive import (
    LARGEST_METADATA,
    dist_info,
    hasher,
    read_record,
    read_wheel,
    record_hash,
)
from tools.layer.wheel_scheme import Scheme
from tools.layer.wheel_scripts import read_console_scripts, with_interpreter
from tools.layer.zip_reader import ZipError
from tools.tar.header import TarError
from tools.tar.mapped import sha256_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tools.action.params import Params
    from tools.layer.path_policy import PathPolicy
    from tools.layer.zip_reader import ZipEntry

_INTERPRETER = "/usr/bin/python3"
_LARGEST_SOURCE = 1 << 20
"""The most bytes of a source that is read; larger ones are data."""

_LARGEST_SCRIPT = 1 << 30  # some are programs


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        PlinthError: the wheel is damaged, or its RECORD does not fit it.
    """
    params.only((*FRAGMENT_KEYS, "wheel", "prefix", "interpreter", "policy"))
    path, prefix = params.path("wheel"), params.path("prefix").strip("/")
    writer = FragmentWriter(params, path.rpartition("/")[2])
    policy = compile_policy(params.many("policy"), ())
    interpreter = params.one("interpreter", _INTERPRETER)
    try:
        with (
            open(path, "rb") as stream,
            mmap.mmap(stream.fileno(), 0, prot=mmap.PROT_READ) as data,
            memoryview(data) as view,
        ):
            sha256 = sha256_of(data)
            entries = read_wheel(view)
            info = dist_info(entries)
            scheme = Scheme(prefix, info)
            record = read_record(entries, info)
            for name in sorted(entries):
                place = scheme.place(name)
                if place and policy.keeps(place):
                    _add(writer, entries[name], place, record.get(name, ""), interpreter)
                    data.madvise(mmap.MADV_DONTNEED)
            _add_console_scripts(writer, entries, scheme, policy, interpreter)
    except (OSError, ValueError) as error:  # mmap refuses an empty file
        raise PlinthError(f"{writer.origin}: cannot read {path}: {error}") from error
    except (ZipError, TarError) as error:
        raise PlinthError(f"{writer.origin}: {error}\n  file: {path}") from error
    described = f"{prefix}/{info}/METADATA"
    if described in writer and "component" in writer.entry(described):
        writer.entry(described)["component"]["sha256"] = sha256
    if policy.keeps(f"{prefix}/{info}/INSTALLER"):
        writer.content(f"{prefix}/{info}/INSTALLER", b"plinth\n")
    _write_record(writer, prefix, f"{prefix}/{info}/RECORD")
    writer.finish()


def _add(
    writer: FragmentWriter, entry: ZipEntry, place: str, record: str, interpreter: str
) -> None:
    is_script = ".data/scripts/" in entry.name
    mode = 0o755 if is_script or entry.mode & 0o111 else 0o644
    hashed = hasher(record)
    if is_script:
        content = entry.read(_LARGEST_SCRIPT)
        hashed.update(content)
        content = with_interpreter(content, interpreter)
        writer.content(place, content, mode=mode)
    elif place.endswith(".py") and entry.size <= _LARGEST_SOURCE:
        content = entry.read(_LARGEST_SOURCE)
        hashed.update(content)
        writer.content(place, content, mode=mode)
        if opened := opened_libraries(content):
            writer.entry(place)["opens"] = opened
        if is_declaration(place, content):
            writer.entry(place)["namespace"] = True
    else:
        writer.file(place, entry.size, entry.body(), mode=mode, also=hashed.update)
    if record and record != record_hash(record.partition("=")[0], hashed.digest()):
        raise FragmentError(writer.origin, entry.name, "differs from what the wheel's RECORD says")


def _add_console_scripts(
    writer: FragmentWriter,
    entries: dict[str, ZipEntry],
    scheme: Scheme,
    policy: PathPolicy,
    interpreter: str,
) -> None:
    entry = entries.get(f"{scheme.info}/entry_points.txt")
    if entry is None:
        return
    for script in read_console_scripts(entry.read(LARGEST_METADATA).decode("utf-8", "replace")):
        place = f"{scheme.scripts}/{script.name}"
        # A script of the wheel stays unchanged.
        if policy.keeps(place) and place not in writer:
            writer.content(place, script.text(interpreter).encode(), mode=0o755)


def _write_record(writer: FragmentWriter, prefix: str, place: str) -> None:
    lines = []
    for path in sorted(writer.paths()):
        entry = writer.entry(path)
        name = relpath(path, prefix)
        if "," in name or '"' in name:
            name = '"' + name.replace('"', '""') + '"'
        sha256 = record_hash("sha256", bytes.fromhex(entry["sha256"]))
        lines.append(f"{name},{sha256},{entry['size']}\n")
    lines.append(f"{relpath(place, prefix)},,\n")
    writer.content(place, "".join(lines).encode())
