"""The verb ``package-fragment``: one Debian package becomes one fragment, in one pass.

ar -> decompress -> rewrite tar headers -> compress. Nothing is unpacked and no maintainer script
runs; their effects are made by the writers, for the whole image.
"""

from __future__ import annotations

import mmap

from tools.debian.archive import DebFormatError, deb_members
from tools.debian.control import parse_paragraph
from tools.debian.errors import PlinthError
from tools.layer import digest
from tools.layer.decompress import DecompressError, decompress
from tools.layer.fragment import FRAGMENT_KEYS, FragmentError, FragmentWriter
from tools.layer.merged_usr import ALIASES, merge_usr
from tools.layer.path_policy import DEFAULT, compile_policy
from tools.layer.tar_header import DIRECTORY, FILE, HARDLINK, TarError
from tools.layer.tar_reader import encode_name, read_tar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from tools.layer.params import Params
    from tools.layer.path_policy import PathPolicy
    from tools.layer.tar_reader import TarEntry

STATUS_DIRECTORY = "var/lib/dpkg/status.d"
"""Where scanners look for the packages of an image without dpkg."""

_SCRIPTS = {"preinst", "postinst", "prerm", "postrm", "config", "triggers"}
_LARGEST_CONTROL_FILE = 16 << 20


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        PlinthError: the package is damaged, refused, or not the one that was locked.
    """
    params.only((*FRAGMENT_KEYS, "deb", "package", "policy"))
    package = params.one("package")
    policy = compile_policy(params.many("policy"), DEFAULT)
    with PackageFile(params.path("deb"), package) as source:
        writer = FragmentWriter(params, source.name)
        writer.finish(package, **copy_package(source, policy, writer))


class PackageFile:
    """A package file, mapped and checked against the lock's facts.

    Attributes:
        name: name and version, for messages.
        package: the lock's facts.
        control: the files of its control member, by name.
    """

    def __init__(self, path: str, package: dict[str, Any]) -> None:
        """Open a package.

        Raises:
            PlinthError: it is no package, or another one than ``package`` says.
        """
        self.package = package
        self.name = f"{package['name']} {package['version']}"
        self._path = path
        try:
            with open(path, "rb") as stream:
                self._map = mmap.mmap(stream.fileno(), 0, prot=mmap.PROT_READ)
        except (OSError, ValueError) as error:  # mmap refuses an empty file
            raise PlinthError(f"{self.name}: cannot read {path}: {error}") from error
        self._view = memoryview(self._map)
        try:
            self._members = deb_members(self._view)
            self.control = dict(self._read_control())
            self._check_identity()
        except BaseException as error:
            self.close()
            raise self.explain(error) from error

    def __enter__(self) -> PackageFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Unmap the file, unless an error that is being told still holds a view of it."""
        try:
            self._view.release()
            self._map.close()
        except BufferError:
            pass  # the file is unmapped with the last view of it

    def entries(self) -> Iterator[TarEntry]:
        """Read the data member from its start; may be called again."""
        data = self._members.data.read(self._view)
        try:
            yield from read_tar(decompress(self._members.data.compression, data))
        finally:
            data.release()

    def explain(self, error: BaseException) -> BaseException:
        """Say which package an error of the formats below is about."""
        if isinstance(error, (TarError, DecompressError, DebFormatError)):
            return PlinthError(f"{self.name}: {error}\n  file: {self._path}")
        return error

    def _read_control(self) -> Iterator[tuple[str, bytes]]:
        with self._members.control.read(self._view) as data:
            for entry in read_tar(decompress(self._members.control.compression, data)):
                if entry.type == FILE:
                    if entry.size > _LARGEST_CONTROL_FILE:
                        raise TarError(f"control member: {entry.path} has {entry.size} bytes")
                    yield entry.path, b"".join(map(bytes, entry.body()))

    def _check_identity(self) -> None:
        if "control" not in self.control:
            raise DebFormatError("its control member has no file named control")
        paragraph = parse_paragraph(self.control["control"])
        for field in ("Package", "Version", "Architecture"):
            locked = self.package["name" if field == "Package" else field.lower()]
            if paragraph.get(field) != locked:
                raise PlinthError(
                    f"{self.name}: {self._path} says {field}: {paragraph.get(field)}, "
                    f"but the lock says {locked}\n  fetch the package again, or renew the lock"
                )


def copy_package(source: PackageFile, policy: PathPolicy, writer: FragmentWriter) -> dict[str, Any]:
    """Copy the kept entries of a package, and its dpkg status, into a fragment.

    Returns:
        what the facts say about the package as a whole: its scripts, what was dropped.

    Raises:
        PlinthError: an entry is refused, or the package is damaged.
    """
    copy = _Copy(source, policy, writer)
    try:
        copy.first_pass()
        copy.second_pass()
    except (TarError, DecompressError) as error:
        raise source.explain(error) from error
    copy.write_status()
    return {
        "scripts": sorted(_SCRIPTS & source.control.keys()),
        "dropped": {"entries": copy.dropped_entries, "size_bytes": copy.dropped_bytes},
    }


class _Copy:
    """The state of copying one package."""

    def __init__(self, source: PackageFile, policy: PathPolicy, writer: FragmentWriter) -> None:
        self._source = source
        self._policy = policy
        self._writer = writer
        self._md5: dict[str, str] = {}
        self._has_md5sums = "md5sums" in source.control
        self._dropped: set[str] = set()
        self._dropped_directories: dict[str, TarEntry] = {}
        self._orphans: dict[str, list[str]] = {}  # dropped file: kept hard links to it
        self.dropped_entries = 0
        self.dropped_bytes = 0

    def first_pass(self) -> None:
        for entry in self._source.entries():
            path = merge_usr(entry.path)
            if entry.type == DIRECTORY:
                self._directory(entry, path)
            elif not self._policy.keeps(path):
                self._dropped.add(path)
                self.dropped_entries += 1
                self.dropped_bytes += entry.size
            elif entry.type == FILE:
                self._file(entry, path)
            elif entry.type == HARDLINK:
                target = merge_usr(entry.target)
                if target in self._dropped:
                    self._orphans.setdefault(target, []).append(path)
                else:
                    self._writer.hardlink(path, target)
            else:
                self._writer.symlink(path, entry.target, uid=entry.uid, gid=entry.gid)
        self._restore_directories()

    def second_pass(self) -> None:
        """Turn kept links to dropped files into files: the first becomes the file itself."""
        if not self._orphans:
            return
        for entry in self._source.entries():
            names = self._orphans.pop(merge_usr(entry.path), None) if entry.type == FILE else None
            if names:
                self._file(entry, names[0])
                for name in names[1:]:
                    self._writer.hardlink(name, names[0])
        for target, names in self._orphans.items():
            raise FragmentError(
                self._writer.origin, names[0], f"a hard link to {target}, which is no file here"
            )

    def write_status(self) -> None:
        name = self._source.package["name"]
        control = self._source.control["control"].rstrip(b"\n") + b"\n"
        self._writer.content(f"{STATUS_DIRECTORY}/{name}", control)
        self._writer.content(f"{STATUS_DIRECTORY}/{name}.md5sums", self._md5sums())

    def _file(self, entry: TarEntry, path: str) -> None:
        # A package without md5sums (dpkg does not need them) gets them made: scanners do.
        md5 = None if self._has_md5sums else digest.md5(usedforsecurity=False)
        self._writer.file(
            path,
            entry.size,
            entry.body(),
            mode=entry.mode,
            uid=entry.uid,
            gid=entry.gid,
            attributes=entry.attributes,
            also=md5.update if md5 else None,
        )
        if md5:
            self._md5[path] = md5.hexdigest()

    def _directory(self, entry: TarEntry, path: str) -> None:
        if path in ALIASES:
            path = "usr/" + path
        if not path:
            return
        if self._policy.keeps(path):
            self._writer.directory(path, mode=entry.mode, uid=entry.uid, gid=entry.gid)
        else:
            self._dropped_directories[path] = entry

    def _restore_directories(self) -> None:
        """Keep the modes of dropped directories that kept files lie in."""
        for path, entry in self._dropped_directories.items():
            below = path + "/"
            if any(name.startswith(below) for name in self._writer.paths()):
                self._writer.directory(path, mode=entry.mode, uid=entry.uid, gid=entry.gid)
            else:
                self.dropped_entries += 1

    def _md5sums(self) -> bytes:
        """The package's md5sums, for what was kept, under its merged-usr names."""
        if not self._has_md5sums:
            return b"".join(
                f"{self._md5[path]}  ".encode() + encode_name(path) + b"\n"
                for path in sorted(self._md5, key=encode_name)
            )
        lines = []
        for line in self._source.control["md5sums"].splitlines():
            md5, _, name = line.partition(b"  ")
            path = merge_usr(name.decode("utf-8", "surrogateescape").removeprefix("./"))
            if path in self._writer:
                lines.append(md5 + b"  " + encode_name(path) + b"\n")
        return b"".join(lines)
