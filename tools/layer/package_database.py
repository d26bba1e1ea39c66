"""Reads the records of package managers in an image: its packages, and their files.

Of dpkg ``status``, ``status.d`` and the lists of files (dpkg(1), deb-md5sums(5)); of apk the
database ``installed`` (apk-tools, "Apk installed database", version 2). Pure functions on bytes.
"""

from __future__ import annotations

from tools.debian.control import built_using, parse_paragraphs
from tools.errors import PlinthError
from tools.layer.facts import known
from tools.layer.merged_usr import merge_usr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from tools.layer.facts import PackageFacts


LARGEST = 64 << 20
"""The most bytes of a record; Debian's status of ten thousand packages has a tenth of them."""

_DPKG = "var/lib/dpkg/"
_STATUS = _DPKG + "status"
_STATUS_D = _DPKG + "status.d/"
_INFO = _DPKG + "info/"
_APK = ("lib/apk/db/installed", "usr/lib/apk/db/installed")  # the latter once /lib is a link


_DPKG_FIELDS = {
    "name": "installed_name",
    "version": "debian_version",
    "architecture": "debian_architecture",
    "source": "installed_name",
    "source_version": "debian_version",
}
_APK_FIELDS = {
    "name": "installed_name",
    "version": "apk_version",
    "architecture": "installed_name",
    "source": "installed_name",
}
_TEXTS = ("maintainer", "homepage", "summary", "license", "depends", "provides")
_LONGEST = 1 << 16


class PackageDatabaseError(PlinthError):
    """A record of a package manager that cannot be read."""


def is_record(path: str) -> bool:
    """Return whether a file lists installed packages, or their files."""
    return path in {_STATUS, *_APK} or path.startswith(_STATUS_D) or bool(_listed_package(path))


class PackageDatabase:
    """The packages of an image.

    Attributes:
        packages: by name, as in the facts of fragments (``facts.py``); of another package
            manager than dpkg with its "type", as of a package URL, and "requires": names of the
            packages that it needs.
        owners: the name of the package that each path is of.
    """

    def __init__(self, records: Mapping[str, bytes]) -> None:
        """Read records.

        Args:
            records: content by path, of the files that ``is_record`` names.

        Raises:
            PlinthError: one cannot be read.
        """
        self.packages: dict[str, PackageFacts] = {}
        self.owners: dict[str, str] = {}
        lists: list[tuple[str, Iterable[str]]] = []
        for path, content in records.items():
            if name := _listed_package(path):
                lines = _text(path, content).splitlines()
                sums = path.endswith(".md5sums")
                lists.append((name, [line[34:] for line in lines] if sums else lines))
            elif path in _APK:
                self._add_apk(path, content)
            else:
                for package in _dpkg_packages(path, content):
                    self.packages[package["name"]] = package
        for name, paths in lists:
            if name in self.packages:
                self._own(name, paths)

    def _own(self, name: str, paths: Iterable[str]) -> None:
        for path in paths:
            self.owners[path.strip("/")] = self.owners[merge_usr(path.strip("/"))] = name

    def _add_apk(self, path: str, content: bytes) -> None:
        found = list(_apk_packages(path, content))
        provided = {
            name: package["name"]
            for package, names, _ in found
            for name in (*names, package["name"])
        }
        for package, _, paths in found:
            requires = {provided[name] for name in package["requires"] if name in provided}
            package["requires"] = sorted(requires - {package["name"]})
            self.packages[package["name"]] = package
            self._own(package["name"], paths)


def _listed_package(path: str) -> str:
    """Return the package of a list of files: ``info/NAME.list``, ``NAME:ARCHITECTURE.list``."""
    name, dot, kind = path.rpartition("/")[2].rpartition(".")
    if not dot or path != {"list": _INFO, "md5sums": _STATUS_D}.get(kind, "") + f"{name}.{kind}":
        return ""
    return name.partition(":")[0]


def _dpkg_packages(path: str, content: bytes) -> Iterator[PackageFacts]:
    """Yield what dpkg's status, or a file of status.d, says is installed."""
    for paragraph in parse_paragraphs(content):
        state = paragraph.get("Status", "install ok installed").split()
        name, version = paragraph.get("Package"), paragraph.get("Version")
        if state[-1:] != ["installed"]:
            continue
        if not name or not version:
            raise PackageDatabaseError(f"{path}: an installed package without a name or a version")
        source, _, source_version = paragraph.get("Source").partition(" (")  # Policy 5.6.1
        depends = [paragraph.get(field) for field in ("Pre-Depends", "Depends")]
        facts: PackageFacts = {
            "name": name,
            "version": version,
            "architecture": paragraph.get("Architecture"),
            "source": source or name,
            "source_version": source_version.removesuffix(")") or version,
            "depends": ", ".join(filter(None, depends)),
            "provides": paragraph.get("Provides"),
            "built_using": built_using(paragraph),
            "maintainer": paragraph.get("Maintainer"),
            "homepage": paragraph.get("Homepage"),
            "summary": paragraph.get("Description").partition("\n")[0],
        }
        yield _checked(known(facts), _DPKG_FIELDS, path)


def _checked(package: PackageFacts, kinds: Mapping[str, str], path: str) -> PackageFacts:
    """Check names and versions; make texts printable.

    Raises:
        FieldError: one is something else.
    """
    # Few actions read records, and it takes long to import.
    from tools.grammar.fields import check_text, shown  # noqa: PLC0415

    facts: dict[str, Any] = {**package}
    for field, kind in kinds.items():
        if field in facts:
            check_text(kind, facts[field], field, f"{path}: package {shown(facts['name'])}")
    for field in _TEXTS:
        if field in facts:
            facts[field] = "".join(
                each if each.isprintable() else "\ufffd" for each in facts[field][:_LONGEST]
            )
    return facts  # type: ignore[return-value]


def _apk_packages(path: str, content: bytes) -> Iterator[tuple[PackageFacts, list[str], list[str]]]:
    """Yield the packages of apk's database, with what they provide, and their files.

    Paragraphs of ``X:value``; F names a directory and R a file in the last one.
    """
    for number, paragraph in enumerate(_text(path, content).split("\n\n"), 1):
        fields: dict[str, str] = {}
        paths: list[str] = []
        directory = ""
        for line in paragraph.splitlines():
            key, colon, value = line.partition(":")
            if not colon or len(key) != 1:
                raise PackageDatabaseError(f"{path}: package {number}: {line[:60]!r} is no field")
            if key == "F":
                directory = value + "/" if value else ""
            elif key == "R":
                paths.append(directory + value)
            else:
                fields.setdefault(key, value)
        if not fields:
            continue
        if not fields.get("P") or not fields.get("V"):
            raise PackageDatabaseError(
                f"{path}: package {number}: without a name (P) or a version (V)"
            )
        facts: PackageFacts = {
            "type": "apk",
            "name": fields["P"],
            "version": fields["V"],
            "architecture": fields.get("A", ""),
            "source": fields.get("o") or fields["P"],
            "source_version": fields["V"],
            "maintainer": fields.get("m", ""),
            "homepage": fields.get("U", ""),
            "summary": fields.get("T", ""),
            "license": fields.get("L", ""),
        }
        package = _checked(known(facts), _APK_FIELDS, path)
        package["requires"] = list(_names(fields.get("D", "")))
        yield package, list(_names(fields.get("p", ""))), paths


def _names(dependencies: str) -> Iterator[str]:
    """Return the names in a field: ``so:libc.musl-x86_64.so.1 busybox>=1.2 !other``."""
    for item in dependencies.split():
        if not item.startswith("!"):
            yield item.partition("<")[0].partition(">")[0].partition("=")[0].partition("~")[0]


def _text(path: str, content: bytes) -> str:
    try:
        return content.decode("utf-8", "surrogateescape" if path not in _APK else "strict")
    except UnicodeDecodeError as error:
        raise PackageDatabaseError(f"{path}: not UTF-8: {error}") from None
