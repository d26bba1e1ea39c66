"""The facts of a fragment and of a layer, which all later actions read instead of the blobs.

fragment facts (``out_facts`` of every fragment verb)
    {"version": 1,
     "origin": a label or "NAME VERSION", for error messages,
     "package": the lock's facts of the package, and "maintainer", "homepage", "summary",
                "depends", "provides" and "built_using" as the package itself has them, if it has;
                or null. Of another package manager than dpkg: see ``package_database.py``
     "component": {"type": "archive", …}                           (if not a package, and known)
     "entries": [entry, …] sorted by path,
     "scripts": [names of maintainer scripts that are not run]    (packages only)
     "replaces": [relations to packages whose files it may overwrite] (packages only, if any)
     "diverts": [paths of other packages that it moves away]       (packages only, if any)
     "effects": [what installing it does: see ``tools/effects/effect.py``] (packages only, if any)
     "made_over": [digests of the layers that generated files were made for, and may replace files
                   of] (generated files only)
     "configuration": {"effects": [what was done], "removes": [paths of packages that go],
                       "not_reproduced": [{"package", "place", "text", "reason"}, …]}
                      (of a configuration-fragment only)
     "dropped": {"entries": n, "size_bytes": n, "libraries"?: [names]} left out by policy (where a
                policy applies)
     "segment": {"size": bytes of tar, "compressed_size": bytes, "compression": the format,
                 "members": [[compressed bytes, bytes], …],
                 "spans"?: [[number of a member, [bytes of tar before the first file that begins in
                           it, the least path of those files, the greatest]], …],
                 "toc": [record, …] in the order of the segment, for a table of contents}}
                             (only in formats that have one)

entry
    {"path": "usr/bin/x", "type": "file|directory|symlink|hardlink", "mode": 493, "uid": 0,
     "gid": 0}; a file has "size", "sha1" and "sha256", a link "target"; where they apply also
    "elf" (see ``elf.parse_elf``), "shebang" (what follows ``#!``), "commands" (the programs that a
    script of the shell on PATH cannot do without), "imports" (the top-level modules
    that a Python source of an application cannot do without, see ``python_source``), "requires" and
    "requires_optional" (what a JavaScript source of an application loads, see
    ``javascript_source``), "npm_package" (the name in an application's package.json), "opens" (the
    libraries that a Python source of a wheel opens by name, see ``python_libraries``), "namespace"
    (an ``__init__.py`` of a wheel does no more than declare one, see ``namespaces``), "jar" (see
    ``jar.describe_jar``), "text" (of a few configuration files, see ``content``, and of Java's
    argument files), "licenses" (the short names in a machine-readable copyright file),
    "component" (what a metadata file of an installer says), "xattrs" {name: hex} and, of what a
    writer made, "generated": "part", from what a target says, or "whole", from all layers below
    as well, so that it may replace what was generated there, or "configured", by the configuration
    of packages, which may replace anything of the layers in "made_over". Paths are
    relative, without a leading "./" or "/"; a byte that is not UTF-8 is a lone surrogate, as in
    Python's file names.

component
    software that is no Debian package: {"type": "pypi", "npm" or "archive", "name", "version"} and
    where they are known "license" (as its authors write it), "homepage", "supplier", "requires"
    [names], "url", "sha256" or "sha512" of what was unpacked. Of type "archive", "version" may be
    missing.

record
    [path], of a file with content [path, m, [digests], crc]: its content begins with member m of
    the segment; SHA-256 of what each of its members has of it, if there are several; CRC-64 of it
    all as hex, where the format asks for it, else "".

layer.json (``out_facts`` of the layer verb)
    {"version": 1, "media_type": …, "digest": "sha256:…", "diff_id": "sha256:…",
     "size": compressed bytes, "uncompressed_size": bytes, "created_by": label,
     "annotations": {} of the layer's descriptor (only if there are any),
     "packages": [package facts, …],
     "components": [component of a fragment, with its "origin", …],
     "fragments": [{"origin", "package": name or null (also of a package below that it has the rest
                    of), "offset": in the blob, "compressed_size",
                    "size", "dropped_libraries"?: [names]}, …],
     "entries": [entry with "origin", …] sorted by path; a directory that no fragment names, but
     some path needs, has "implied": true
     "made_over": [digests of layers below whose files a generated one may replace] (if any)
     "effects": {name of a package: its effects} (if any)
     "not_reproduced": [as of a configuration-fragment] (if any)
     "foreign": true, of a layer that another tool has made: its files come in any order, so
                "offset" of "fragments" says nothing, and "compressed_size" is a share of the whole;
                entries may be of type "device" as well}

facts of a foreign image (``out`` of the foreign-layers verb)
    {"version": 1, "layers": [layer.json of each layer, lowest first]}
"""

from __future__ import annotations

from tools.action import json_text
from tools.errors import PlinthError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, TypedDict, TypeVar

    from tools.layer.elf import Elf

    Some = TypeVar("Some", bound=Mapping[str, object])

    class ComponentFacts(TypedDict, total=False):
        """Software that is not a Debian package."""

        type: str
        name: str
        version: str
        license: str
        homepage: str
        supplier: str
        requires: list[str]
        url: str
        sha256: str
        sha512: str
        origin: str

    class PackageFacts(TypedDict, total=False):
        """A package: the lock's fields, and its own."""

        type: str
        name: str
        version: str
        architecture: str
        source: str
        source_version: str
        filename: str
        sha256: str
        size: int
        maintainer: str
        homepage: str
        summary: str
        depends: str
        provides: str
        built_using: str
        license: str
        requires: list[str]

    class Entry(TypedDict, total=False):
        """The entry of a path."""

        path: str
        type: str
        mode: int
        uid: int
        gid: int
        size: int
        sha1: str
        sha256: str
        target: str
        xattrs: dict[str, str]
        elf: Elf
        shebang: str
        commands: list[str]
        imports: list[str]
        requires: list[str]
        requires_optional: list[str]
        npm_package: str
        opens: list[list[str]]
        namespace: bool
        jar: dict[str, Any]
        text: str
        licenses: list[str]
        component: ComponentFacts
        generated: str
        implied: bool
        origin: str
        data: bytes  # of a file that configuring makes; never written
        content_of: str  # likewise: the path of the file that has the same content

    class Segment(TypedDict, total=False):
        """A fragment as part of a layer."""

        size: int
        compressed_size: int
        compression: str
        members: list[tuple[int, int]]
        spans: list[tuple[int, tuple[int, str, str]]]
        toc: list[Any]

    class Facts(TypedDict, total=False):
        """The facts of a fragment or of a layer."""

        version: int
        origin: str
        package: PackageFacts | None
        completes: str  # while a layer is made: the package below that these files are the rest of
        component: ComponentFacts
        entries: list[Entry]
        scripts: list[str]
        replaces: list[str]
        diverts: list[str]
        effects: Any
        made_over: list[str]
        configuration: dict[str, Any]
        dropped: dict[str, Any]
        segment: Segment
        media_type: str
        digest: str
        diff_id: str
        size: int
        uncompressed_size: int
        created_by: str
        annotations: dict[str, str]
        packages: list[PackageFacts]
        components: list[ComponentFacts]
        fragments: list[dict[str, Any]]
        not_reproduced: list[dict[str, str]]
        foreign: bool
        layers: list[Facts]


VERSION = 1

STATUS_DIRECTORY = "var/lib/dpkg/status.d"
"""The directory where scanners look for the packages of an image without dpkg."""


class FactsError(PlinthError):
    """A facts file that cannot be read, or was written by another version."""


def known(facts: Some) -> Some:
    """Return facts without the empty ones."""
    return {key: value for key, value in facts.items() if value}  # type: ignore[return-value]


def read_layers(path: str) -> list[Facts]:
    """Read the facts of a layer, or of the layers of a foreign image, lowest first.

    Raises:
        FactsError: not readable, not JSON, or of another version.
    """
    facts = read_facts(path)
    return facts.get("layers", [facts])


def read_facts(path: str) -> Facts:
    """Read the facts of a fragment or of a layer.

    Raises:
        FactsError: not readable, not JSON, or of another version.
    """
    return _parse(path, _text(path))


def read_shared_facts(path: str) -> Facts:
    """Read the facts of a layer that many images share. Do not change what it returns.

    A worker makes one image after the other on the same base, and parses its facts once: parsing is
    four fifths of the work of an image.

    Raises:
        FactsError: not readable, not JSON, or of another version.
    """
    text = _text(path)
    facts = _kept.get(text)
    if facts is None:
        facts = _parse(path, text)
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        _kept[text] = facts
    return facts


# By their text, not by their path: the same path has other facts after the next edit.
_kept: dict[str, Facts] = {}
_MOST_KEPT = 64


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as stream:
            return stream.read()
    except (OSError, ValueError) as error:
        raise FactsError(f"{path}: {error}") from error


def _parse(path: str, text: str) -> Facts:
    try:
        facts: Facts = json_text.loads(text)
    except ValueError as error:
        raise FactsError(f"{path}: {error}") from error
    if not isinstance(facts, dict) or facts.get("version") != VERSION:
        raise FactsError(f"{path}: not a facts file of version {VERSION}")
    return facts
