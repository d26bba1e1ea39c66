"""SPDX 2.3 documents, as JSON: "Software Package Data Exchange Specification Version 2.3"."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Any

from tools.sbom.json_document import canonical_json
from tools.sbom.licenses import NOASSERTION
from tools.sbom.model import Component, ImageContents, ImageFile
from tools.sbom.purl import package_url
from tools.sbom.subject import Subject

_DOCUMENT = "SPDXRef-DOCUMENT"
_NOT_ALLOWED = re.compile(r"[^A-Za-z0-9.-]+")
_GROUP_WORDS = re.compile(
    r"(?i)team|group|maintainers|developers|project|debian |list|ubuntu|builders|registry|index"
)

_PURPOSES = {"deb": "INSTALL", "apk": "INSTALL", "archive": "ARCHIVE"}


def spdx_document(subject: Subject, images: Sequence[ImageContents]) -> dict[str, Any]:
    """Return the document of an image, or of an index and its images.

    Args:
        subject: what is described.
        images: one, or those of the index.
    """
    document = _Document(subject)
    root = document.add_root(images[0].vendor)
    for image in images:
        document.add_image(image, root, prefix=_prefix(image) if subject.is_index else "")
    return document.finish(max(image.created for image in images))


def _prefix(image: ImageContents) -> str:
    return image.platform.removeprefix("linux/").replace("/", "-") + "-"


class _Document:
    """A document under construction."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._packages: list[dict[str, Any]] = []
        self._files: list[dict[str, Any]] = []
        self._relationships: list[dict[str, str]] = []
        self._licenses: dict[str, str] = {}
        self._identifiers: dict[str, str] = {}

    def add_root(self, vendor: str) -> str:
        subject = self._subject
        identifier = self._identifier("image", subject.digest)
        self._packages.append(
            {
                "SPDXID": identifier,
                "name": subject.name,
                "versionInfo": subject.digest,
                "supplier": _supplier(vendor),
                "downloadLocation": NOASSERTION,
                "filesAnalyzed": False,
                "primaryPackagePurpose": "CONTAINER",
                "licenseConcluded": NOASSERTION,
                "licenseDeclared": NOASSERTION,
                "copyrightText": NOASSERTION,
                "checksums": [_checksum("SHA256", subject.digest.partition(":")[2])],
                "externalRefs": [_purl_reference(subject.purl)],
            }
        )
        self._relate(_DOCUMENT, "DESCRIBES", identifier)
        return identifier

    def add_image(self, image: ImageContents, root: str, prefix: str) -> None:
        owner = root
        if self._subject.is_index:
            owner = self._add_platform(image)
            self._relate(root, "CONTAINS", owner)
            self._relate(owner, "VARIANT_OF", root)
        for digest in image.unknown_layers:
            self._relate(owner, "CONTAINS", self._add_unknown(prefix, digest))
        keys = {
            each.key: self._identifier("package", prefix + each.key) for each in image.components
        }
        for component in image.components:
            self._relate(owner, "CONTAINS", keys[component.key])
            self._add_component(component, keys, prefix)
            for each in filter(all, (component.source, *component.built_using)):
                source = self._add_source(*each, component.supplier)
                self._relate(keys[component.key], "GENERATED_FROM", source)
                # Readers that follow only dependencies, and not origins, also reach it.
                self._relate(keys[component.key], "HAS_PREREQUISITE", source)

    def finish(self, created: str) -> dict[str, Any]:
        document: dict[str, Any] = {
            "spdxVersion": "SPDX-2.3",
            "dataLicense": "CC0-1.0",
            "SPDXID": _DOCUMENT,
            "name": self._subject.name,
            "creationInfo": {"created": created, "creators": ["Tool: rules_plinth"]},
            "packages": self._packages,
            "files": self._files,
            "relationships": self._relationships,
        }
        if self._licenses:
            document["hasExtractedLicensingInfos"] = [
                {
                    "licenseId": reference,
                    "name": name,
                    "extractedText": f"{name}: the text is in the component's own license file,"
                    " which for a Debian package is /usr/share/doc/NAME/copyright.",
                }
                for reference, name in sorted(self._licenses.items())
            ]
        # "A unique absolute URI" (6.5): equal for equal documents, and different for others.
        digest = hashlib.sha256(canonical_json(document)).hexdigest()
        image = self._subject.digest.replace(":", "-")
        document["documentNamespace"] = f"https://spdx.org/spdxdocs/{image}-{digest[:32]}"
        return document

    def _add_platform(self, image: ImageContents) -> str:
        identifier = self._identifier("image", image.digest)
        self._packages.append(
            {
                "SPDXID": identifier,
                "name": f"{self._subject.name} {image.platform}",
                "versionInfo": image.digest,
                "supplier": _supplier(image.vendor),
                "downloadLocation": NOASSERTION,
                "filesAnalyzed": False,
                "primaryPackagePurpose": "CONTAINER",
                "licenseConcluded": NOASSERTION,
                "licenseDeclared": NOASSERTION,
                "copyrightText": NOASSERTION,
                "checksums": [_checksum("SHA256", image.digest.partition(":")[2])],
                "externalRefs": [
                    _purl_reference(
                        package_url("oci", self._subject.short_name, image.digest,
                                    qualifiers={"arch": image.platform.split("/")[1]})
                    )
                ],
            }
        )  # fmt: skip
        return identifier

    def _add_unknown(self, prefix: str, digest: str) -> str:
        identifier = self._identifier("layer", prefix + digest)
        self._packages.append(
            {
                "SPDXID": identifier,
                "name": f"layer {digest}",
                "downloadLocation": NOASSERTION,
                "filesAnalyzed": False,
                "comment": "Another tool made this layer; its content is unknown.",
                "licenseConcluded": NOASSERTION,
                "licenseDeclared": NOASSERTION,
                "copyrightText": NOASSERTION,
            }
        )
        return identifier

    def _add_component(self, component: Component, keys: dict[str, str], prefix: str) -> None:
        identifier = keys[component.key]
        package: dict[str, Any] = {
            "SPDXID": identifier,
            "name": component.name,
            "downloadLocation": component.location if "://" in component.location else NOASSERTION,
            "filesAnalyzed": bool(component.files),
            "licenseConcluded": NOASSERTION,
            "licenseDeclared": component.license.expression,
            "copyrightText": NOASSERTION,
            "supplier": _supplier(component.supplier),
            "primaryPackagePurpose": "FILE" if component.kind == "files" else "LIBRARY",
        }
        if component.kind in _PURPOSES:
            package["primaryPackagePurpose"] = _PURPOSES[component.kind]
        if component.license_file:
            package["licenseComments"] = f"The image has the texts in {component.license_file}"
        if component.version:
            package["versionInfo"] = component.version
        if component.homepage:
            package["homepage"] = component.homepage
        if component.summary:
            package["summary"] = component.summary
        if component.sha256:
            package["checksums"] = [_checksum("SHA256", component.sha256)]
        if component.purl:
            package["externalRefs"] = [_purl_reference(component.purl)]
        if component.source[0]:
            package["sourceInfo"] = f"built package from: {' '.join(component.source)}"
        if component.archive:
            package["packageFileName"] = component.location
            package["comment"] = f"archive: {component.archive}"
        if component.files:
            package["packageVerificationCode"] = {
                "packageVerificationCodeValue": _verification_code(component.files)
            }
        self._packages.append(package)
        self._licenses.update(component.license.others)
        for needed in component.depends:
            self._relate(identifier, "DEPENDS_ON", keys[needed])
        for file in component.files:
            self._relate(identifier, "CONTAINS", self._add_file(prefix, file))

    def _add_source(self, name: str, version: str, supplier: str) -> str:
        key = f"{name}-{version}"
        known = self._identifiers.get(f"source {key}")
        if known:
            return known
        identifier = self._identifier("source", key)
        self._packages.append(
            {
                "SPDXID": identifier,
                "name": name,
                "versionInfo": version,
                "downloadLocation": NOASSERTION,
                "filesAnalyzed": False,
                "primaryPackagePurpose": "SOURCE",
                "licenseConcluded": NOASSERTION,
                "licenseDeclared": NOASSERTION,
                "copyrightText": NOASSERTION,
                "supplier": _supplier(supplier),
                # Without a package URL, because scanners would treat it as an installed package.
            }
        )
        return identifier

    def _add_file(self, prefix: str, file: ImageFile) -> str:
        identifier = self._identifier("file", prefix + file.path)
        self._files.append(
            {
                "SPDXID": identifier,
                "fileName": "." + _printable(file.path),
                "checksums": [_checksum("SHA1", file.sha1), _checksum("SHA256", file.sha256)],
                "licenseConcluded": NOASSERTION,
                "copyrightText": NOASSERTION,
            }
        )
        return identifier

    def _relate(self, element: str, kind: str, related: str) -> None:
        self._relationships.append(
            {
                "spdxElementId": element,
                "relationshipType": kind,
                "relatedSpdxElement": related,
            }
        )

    def _identifier(self, kind: str, name: str) -> str:
        """Return a unique identifier of "letters, numbers, . and -" (3.2) that people can read."""
        key = f"{kind} {name}"
        if key not in self._identifiers:
            text = f"SPDXRef-{kind}-{_NOT_ALLOWED.sub('-', name).strip('-')}"
            if kind == "file" or text in self._identifiers.values():
                digest = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()
                text = f"SPDXRef-{kind}-{digest[:20]}"
            self._identifiers[key] = text
        return self._identifiers[key]


def _supplier(text: str) -> str:
    if not text:
        return NOASSERTION
    name, _, address = text.partition("<")
    shown = f"{name.strip()} ({address.strip('> ')})" if address else name.strip()
    return f"{'Organization' if _GROUP_WORDS.search(text) else 'Person'}: {shown}"


def _verification_code(files: Iterable[ImageFile]) -> str:
    """Section 7.9: the hash of the files' hashes, sorted."""
    hashes = "".join(sorted(file.sha1 for file in files))
    return hashlib.sha1(hashes.encode(), usedforsecurity=False).hexdigest()


def _printable(path: str) -> str:
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _checksum(algorithm: str, value: str) -> dict[str, str]:
    return {"algorithm": algorithm, "checksumValue": value}


def _purl_reference(purl: str) -> dict[str, str]:
    return {
        "referenceCategory": "PACKAGE-MANAGER",
        "referenceType": "purl",
        "referenceLocator": purl,
    }
