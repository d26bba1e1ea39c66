"""The verb ``package-fragment``: makes one fragment of one Debian package, in one pass.

ar -> decompress -> rewrite tar headers -> compress. Nothing is unpacked and no maintainer script
runs. What the scripts would do becomes facts, from which writers make files for the whole image.

Its keys:
    deb                 the .deb
    package             the lock's facts: {"name", "version", "architecture", "source",
                        "source_version", "sha256", "filename"}; more keys are carried along
    policy*?            "default" (see ``path_policy.py``) or a rule {"omit": [globs],
                        "keep": [globs], "divert": {path: path}}; no line at all means "default"; {}
                        means: drop nothing
    part?               bool: only the files, for an image that has the package itself in another
                        layer: no status.d entry, and not one of the layer's packages
"""

from __future__ import annotations

import mmap

from tools.debian.control import built_using, parse_paragraph
from tools.debian.deb import DebFormatError, deb_members
from tools.errors import PlinthError
from tools.layer.facts import STATUS_DIRECTORY, known
from tools.layer.fragment import FRAGMENT_KEYS, FragmentWriter
from tools.layer.merged_usr import merge_usr
from tools.layer.package_effects import PackageEffects
from tools.layer.path_policy import DEFAULT, compile_policy
from tools.layer.tar_copy import TarCopy
from tools.tar.decompress import DecompressError, decompress
from tools.tar.header import FILE, TarError
from tools.tar.mapped import releasing
from tools.tar.reader import encode_name, read_tar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.action.params import Params
    from tools.debian.control import Paragraph
    from tools.layer.facts import Facts, PackageFacts
    from tools.layer.path_policy import PathPolicy
    from tools.tar.reader import TarEntry

_SCRIPTS = {"preinst", "postinst", "prerm", "postrm", "config", "triggers"}
_LARGEST_CONTROL_FILE = 16 << 20


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        PlinthError: the package is damaged, refused, or not the one that was locked.
    """
    params.only((*FRAGMENT_KEYS, "deb", "package", "policy", "part"))
    package = params.one("package")
    policy = compile_policy(params.many("policy"), DEFAULT)
    with PackageFile(params.path("deb"), package) as source:
        writer = FragmentWriter(params, source.name)
        if params.optional("part"):
            _copy_part(source, policy, writer)
            writer.finish()
        else:
            writer.finish({"package": source.package, **copy_package(source, policy, writer)})


class PackageFile:
    """A package file, mapped and checked against the lock's facts.

    Attributes:
        name: name and version, for messages.
        package: the lock's facts, and what the package says of itself.
        control: the files of its control member, by name.
    """

    def __init__(self, path: str, package: PackageFacts) -> None:
        """Open a package.

        Raises:
            PlinthError: it is not a package, or not the one in ``package``.
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
            self.package = {**package, **_described(self._check_identity())}
        except BaseException as error:
            self.close()
            raise self.explain(error) from error

    def __enter__(self) -> PackageFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Unmap the file, unless an error that is being reported still holds a view of it."""
        try:
            self._view.release()
            self._map.close()
        except BufferError:
            pass  # the file is unmapped with the last view of it

    def entries(self) -> Iterator[TarEntry]:
        """Read the data member from its start; may be called again."""
        data = self._members.data.read(self._view)
        try:
            pieces = decompress(self._members.data.compression, data)
            yield from read_tar(releasing(pieces, self._map))
        finally:
            data.release()

    def explain(self, error: BaseException) -> BaseException:
        """Name the package in an error of the formats below."""
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

    def _check_identity(self) -> Paragraph:
        if "control" not in self.control:
            raise DebFormatError("its control member has no file named control")
        paragraph = parse_paragraph(self.control["control"])
        for field, locked in (
            ("Package", self.package["name"]),
            ("Version", self.package["version"]),
            ("Architecture", self.package["architecture"]),
        ):
            if paragraph.get(field) != locked:
                raise PlinthError(
                    f"{self.name}: {self._path} says {field}: {paragraph.get(field)}, "
                    f"but the lock says {locked}\n  fetch the package again, or renew the lock"
                )
        return paragraph


def _described(paragraph: Paragraph) -> PackageFacts:
    """Return fields of a package that a lock lacks: its maintainer, and its relations."""
    depends = ", ".join(filter(None, map(paragraph.get, ("Pre-Depends", "Depends"))))
    described: PackageFacts = {
        "maintainer": paragraph.get("Maintainer"),
        "homepage": paragraph.get("Homepage"),
        "depends": depends,
        "provides": paragraph.get("Provides"),
        "built_using": built_using(paragraph),
        "summary": paragraph.get("Description").partition("\n")[0],
    }
    return known(described)


def copy_package(source: PackageFile, policy: PathPolicy, writer: FragmentWriter) -> Facts:
    """Copy the kept entries of a package, and its dpkg status, into a fragment.

    Returns:
        what the facts say about the package as a whole: its scripts and their effects, what was
        dropped.

    Raises:
        PlinthError: an entry is refused, or the package is damaged.
    """
    # For a package without md5sums, they are made: dpkg does not need them, but scanners do.
    effects = PackageEffects(source)
    copy = TarCopy(effects.entries, policy, writer, with_md5="md5sums" not in source.control)
    try:
        copy.run()
    except (TarError, DecompressError) as error:
        raise source.explain(error) from error
    _write_status(source, policy, writer, copy.md5)
    return {
        "scripts": sorted(_SCRIPTS & source.control.keys()),
        "dropped": copy.dropped,
        **effects.facts(writer.paths()),
        **_notes(source),
    }


def _copy_part(source: PackageFile, policy: PathPolicy, writer: FragmentWriter) -> None:
    """Copy some files of a package whose status and licence another layer has."""
    try:
        TarCopy(source.entries, policy, writer).run()
    except (TarError, DecompressError) as error:
        raise source.explain(error) from error
    if not any(True for _ in writer.paths()):
        raise PlinthError(
            f"{source.name}: has none of the paths that are wanted of it\n"
            "  look at its list of files, and correct the globs"
        )


def _write_status(
    source: PackageFile, policy: PathPolicy, writer: FragmentWriter, md5: dict[str, str]
) -> None:
    name = source.package["name"]
    writer.content(f"{STATUS_DIRECTORY}/{name}", source.control["control"].rstrip(b"\n") + b"\n")
    writer.content(f"{STATUS_DIRECTORY}/{name}.md5sums", _md5sums(source, policy, writer, md5))


def _md5sums(
    source: PackageFile, policy: PathPolicy, writer: FragmentWriter, md5: dict[str, str]
) -> bytes:
    """Return the package's md5sums of the kept files, under their merged-usr names."""
    if "md5sums" not in source.control:
        return b"".join(
            f"{md5[path]}  ".encode() + encode_name(path) + b"\n"
            for path in sorted(md5, key=encode_name)
        )
    lines = []
    for line in source.control["md5sums"].splitlines():
        value, _, name = line.partition(b"  ")
        path = policy.place(merge_usr(name.decode("utf-8", "surrogateescape").removeprefix("./")))
        if path in writer:
            lines.append(value + b"  " + encode_name(path) + b"\n")
    return b"".join(lines)


def _notes(source: PackageFile) -> Facts:
    """Return the fields that explain a conflict with another package: see ``merge``."""
    paragraph = parse_paragraph(source.control["control"])
    replaced = paragraph.get("Replaces", "").split(",")
    notes: Facts = {
        # Debian Policy 7.6: it may overwrite their files.
        "replaces": sorted({" ".join(item.split()) for item in replaced} - {""}),
        # dpkg-divert(1): it moves a file of another package away before its own is unpacked.
        "diverts": sorted(_diverted(source.control.get("preinst", b"").decode("utf-8", "replace"))),
    }
    return known(notes)


def _diverted(script: str) -> set[str]:
    """Return paths in the commands of a script that add diversions, except names with variables."""
    commands = script.replace("\\\n", " ").splitlines()
    return {
        merge_usr(word.strip("\"';").lstrip("/"))
        for command in commands
        if "dpkg-divert" in command and "--remove" not in command
        for word in command.split()
        if word.strip("\"';").startswith("/") and not word.strip("\"';").endswith("dpkg-divert")
    }
