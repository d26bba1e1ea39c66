"""The contents of an image, independent of formats: components, and the files of each.

Every file belongs to exactly one component: to its Debian package, wheel, Node.js module or
archive, or to the target of the build that made it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tools.inspect.image_facts import ImageFacts
from tools.layer.component import normalize
from tools.sbom.distribution import Distribution, distribution_of
from tools.sbom.licenses import License, license_of
from tools.sbom.purl import package_url
from tools.sbom.reviewed_licenses import REVIEWED

Facts = Mapping[str, Any]

_VENDOR = "org.opencontainers.image.vendor"
_BUILDER = "the builders of the image"
"""The supplier of files of the build, unless the image's label of OCI's annotations names one."""

_REGISTRIES = {"npm": "npm registry", "pypi": "Python Package Index"}
"""The supplier of components without an author; SPDX 2.3, 7.5: "the actual distribution source"."""

_MANAGED = ("deb/", "apk/")
"""Keys of components that a distribution's package manager has installed."""


@dataclass(frozen=True, slots=True)
class ImageFile:
    """A regular file, or another name of one.

    Attributes:
        path: absolute in the image.
        sha1: hexadecimal; SPDX asks for it.
        sha256: hexadecimal.
    """

    path: str
    sha1: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Component:
    """A named part of an image, with its files.

    Attributes:
        key: unique in the image, in the order of the document: ``deb/libc6``.
        kind: ``deb``, ``apk``, ``pypi``, ``npm``, ``archive``; or ``files``, made by the build.
        name: in its own ecosystem.
        version: may be empty.
        purl: its package URL; empty for ``files``.
        license: its own statement.
        license_file: the path of the texts in the image; may be empty.
        supplier: who made the package; may be empty.
        homepage: may be empty.
        summary: one line; may be empty.
        sha256: of the unpacked archive; empty if there is none.
        source: name and version of the distribution's source package; empty for other kinds.
        built_using: names and versions of further source packages with parts in it.
        archive: the archive of the lock that has it; empty for other kinds.
        location: its path in that archive, or a URL; may be empty.
        depends: keys of the components that it needs.
        files: its files.
    """

    key: str
    kind: str
    name: str
    version: str = ""
    purl: str = ""
    license: License = field(default_factory=License)
    license_file: str = ""
    supplier: str = ""
    homepage: str = ""
    summary: str = ""
    sha256: str = ""
    source: tuple[str, str] = ("", "")
    built_using: tuple[tuple[str, str], ...] = ()
    archive: str = ""
    location: str = ""
    depends: tuple[str, ...] = ()
    files: tuple[ImageFile, ...] = ()


@dataclass(frozen=True, slots=True)
class ImageContents:
    """One image.

    Attributes:
        label: what to call it.
        digest: of its manifest, ``sha256:…``.
        platform: ``linux/amd64``.
        created: RFC 3339.
        vendor: its supplier.
        distribution: of its os-release.
        components: sorted by kind and name.
        unknown_layers: digests of layers of another tool, whose content is unknown.
    """

    label: str
    digest: str
    platform: str
    created: str
    vendor: str
    distribution: Distribution
    components: tuple[Component, ...]
    unknown_layers: tuple[str, ...]


def contents_of(image: ImageFacts, digest: str) -> ImageContents:
    """Return everything that is known about an image's contents.

    Args:
        image: its facts.
        digest: of its manifest.
    """
    distribution = distribution_of(image)
    found = _Collection(image, distribution)
    return ImageContents(
        label=image.label,
        digest=digest,
        platform=image.platform,
        created=image.config.get("created", "1970-01-01T00:00:00Z"),
        vendor=_vendor_of(image),
        distribution=distribution,
        components=tuple(found.components()),
        unknown_layers=tuple(
            layer["digest"] for layer in image.manifest["layers"][: image.foreign_layers]
        ),
    )


class _Collection:
    """Assigns files to components."""

    def __init__(self, image: ImageFacts, distribution: Distribution) -> None:
        self._image = image
        self._distribution = distribution
        self._packages = image.packages
        self._facts: dict[str, Facts] = {}
        """The facts of each component, by key."""
        self._roots: dict[str, str] = {}
        """Directories of Node.js modules: their component's key."""
        self._site_packages: dict[str, set[str]] = {}
        """Directories that wheels were installed to: their components' keys."""
        self._by_origin: dict[tuple[int, str], str] = {}
        self._files: dict[str, list[ImageFile]] = {}

    def components(self) -> list[Component]:
        for number, layer in enumerate(self._image.layers):
            for package in layer["packages"]:
                self._facts[_package_key(package)] = package
            for item in layer.get("components", ()):
                self._by_origin[number, item["origin"]] = self._add(item)
            for fragment in layer["fragments"]:
                if fragment["package"]:
                    key = _package_key(self._packages[fragment["package"]])
                    self._by_origin[number, fragment["origin"]] = key
            self._find_metadata(number, layer)
        for directory, keys in self._site_packages.items():
            if len(keys) == 1:  # installed alone, as each wheel of a Bazel build is
                self._roots.setdefault(directory, *keys)
        for number, layer in enumerate(self._image.layers):
            for entry in layer["entries"]:
                self._assign(number, entry)
        return [self._make(key) for key in sorted({*self._facts, *self._files})]

    def _add(self, facts: Facts) -> str:
        key = f"{facts['type']}/{facts['name']}"
        known = self._facts.get(key)
        if known is not None and known.get("version") != facts.get("version"):
            key += f"@{facts.get('version', '')}"  # npm may have many versions of one module
        self._facts.setdefault(key, facts)
        return key

    def _find_metadata(self, number: int, layer: Facts) -> None:
        found: dict[str, list[tuple[str, Facts]]] = {}
        for entry in layer["entries"]:
            owner = self._by_origin.get((number, entry.get("origin", "")), "")
            # A distribution's packages of Python and Node.js modules have metadata as well.
            if "component" in entry and not owner.startswith(_MANAGED):
                found.setdefault(entry["origin"], []).append((entry["path"], entry["component"]))
        for origin, items in found.items():
            for path, facts in items:
                key = self._add(facts)
                directory = path.rpartition("/")[0]
                self._roots[directory] = key
                if facts["type"] == "pypi":
                    self._site_packages.setdefault(directory.rpartition("/")[0], set()).add(key)
                    if len(items) == 1:
                        self._by_origin.setdefault((number, origin), key)  # a whole wheel

    def _assign(self, number: int, entry: Facts) -> None:
        if self._image.entries.get(entry["path"]) is not entry:
            return  # a layer above ships it again
        file = entry
        if entry["type"] == "hardlink":
            file = self._image.entries.get(entry["target"], entry)
        if file["type"] != "file":
            return
        key = self._owner(number, entry)
        self._files.setdefault(key, []).append(
            ImageFile("/" + entry["path"], file["sha1"], file["sha256"])
        )

    def _owner(self, number: int, entry: Facts) -> str:
        origin = entry["origin"]
        owner = self._by_origin.get((number, origin), "")
        if owner.startswith(_MANAGED):
            return owner
        directory = entry["path"]
        while "/" in directory and self._roots:
            directory = directory.rpartition("/")[0]
            if directory in self._roots:
                return self._roots[directory]
        return owner or f"files/{origin}"

    def _make(self, key: str) -> Component:
        kind, _, name = key.partition("/")
        files = tuple(sorted(self._files.get(key, ()), key=lambda file: file.path))
        if kind == "files":
            return Component(
                key,
                kind,
                name,
                version=_version_of(files),
                supplier=_vendor_of(self._image),
                files=files,
            )
        facts = self._facts[key]
        if key.startswith(_MANAGED):
            return self._package(kind, key, facts, files)
        return Component(
            key=key,
            kind=kind,
            name=facts["name"],
            version=facts.get("version") or _version_of(files),
            purl=_purl_of(facts),
            license=license_of([facts.get("license", "")]),
            supplier=facts.get("supplier") or _REGISTRIES.get(kind) or _vendor_of(self._image),
            homepage=facts.get("homepage", ""),
            sha256=facts.get("sha256", ""),
            location=facts.get("url", ""),
            depends=tuple(self._known(kind, facts.get("requires", ()))),
            files=files,
        )

    def _package(
        self, kind: str, key: str, facts: Facts, files: tuple[ImageFile, ...]
    ) -> Component:
        name, version = facts["name"], facts["version"]
        license_path = self._image.tree.resolve(f"usr/share/doc/{name}/copyright")
        license_entry = self._image.entries.get(license_path or "", {})
        source = (facts.get("source") or name, facts.get("source_version") or version)
        return Component(
            key=key,
            kind=kind,
            name=name,
            version=version,
            purl=self._distribution.purl(
                kind, name, version, facts.get("architecture", ""), source
            ),
            license=license_of(
                [facts["license"]] if "license" in facts else _licenses_in(license_entry)
            ),
            license_file=f"/{license_path}" if license_path else "",
            supplier=facts.get("maintainer", ""),
            homepage=facts.get("homepage", ""),
            summary=facts.get("summary", ""),
            sha256=facts.get("sha256", ""),
            source=source,
            built_using=tuple(_exact_sources(facts.get("built_using", ""))),
            archive=facts.get("archive", ""),
            location=facts.get("filename", ""),
            depends=tuple(
                self._known(kind, facts["requires"])
                if "requires" in facts
                else self._needed(name, facts.get("depends", ""))
            ),
            files=files,
        )

    def _needed(self, name: str, depends: str) -> Iterable[str]:
        """Return the packages of the image that satisfy a relation field, each once."""
        provided: dict[str, list[str]] = {}
        for each, facts in self._packages.items():
            for item in [each, *_relation_names(facts.get("provides", ""))]:
                provided.setdefault(item, []).append(each)
        wanted = {found for item in _relation_names(depends) for found in provided.get(item, ())}
        return [f"deb/{each}" for each in sorted(wanted - {name})]

    def _known(self, kind: str, names: Iterable[str]) -> Iterable[str]:
        by_name = {
            normalize(facts["name"]) if kind == "pypi" else facts["name"]: key
            for key, facts in self._facts.items()
            if key.startswith(kind + "/")
        }
        return sorted({by_name[name] for name in names if name in by_name})


def _licenses_in(copyright_file: Facts) -> Iterable[str]:
    """Yield the names in a copyright file; for one in prose, those of the reviewed table."""
    found: Iterable[str] = copyright_file.get("licenses", ())
    return found or REVIEWED.get(copyright_file.get("sha256", ""), ())


def _vendor_of(image: ImageFacts) -> str:
    labels: Mapping[str, str] = image.config.get("config", {}).get("Labels") or {}
    return labels.get(_VENDOR) or _BUILDER


def _version_of(files: Iterable[ImageFile]) -> str:
    """Return a hash of all files that the build makes; it differs when any of them does."""
    state = "".join(f"{file.sha256}  {file.path}\n" for file in files)
    return "sha256:" + hashlib.sha256(state.encode("utf-8", "surrogateescape")).hexdigest()


def _package_key(facts: Facts) -> str:
    return f"{facts.get('type', 'deb')}/{facts['name']}"


def _relation_names(text: str) -> list[str]:
    """Return the names in a relation field (Debian Policy 7.1), whatever their versions."""
    alternatives = [item.strip() for group in text.split(",") for item in group.split("|")]
    return [item.split("(")[0].split(":")[0].split("[")[0].strip() for item in alternatives if item]


def _exact_sources(text: str) -> Iterator[tuple[str, str]]:
    """Yield the sources of a Built-Using field, Policy 7.8: each with its one version."""
    for item in filter(None, map(str.strip, text.split(","))):
        name, _, version = item.partition("(")
        yield name.strip(), version.strip(" =)")


def _purl_of(facts: Facts) -> str:
    kind, name, version = facts["type"], facts["name"], facts.get("version", "")
    if kind == "npm":
        scope, _, short = name.rpartition("/")
        return package_url("npm", short, version, namespace=scope)
    if kind == "pypi":
        return package_url("pypi", normalize(name), version)
    checksum = f"sha256:{facts['sha256']}" if facts.get("sha256") else ""
    qualifiers = {"checksum": checksum, "download_url": facts.get("url", "")}
    return package_url("generic", name, version, qualifiers=qualifiers)
