"""CycloneDX 1.6 documents, as JSON: ECMA-424, first edition."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from typing import Any

from tools.debian.version import Version
from tools.sbom.json_document import canonical_json
from tools.sbom.licenses import NOASSERTION
from tools.sbom.model import Component, ImageContents, ImageFile
from tools.sbom.purl import package_url
from tools.sbom.subject import Subject

_TYPES = {
    **dict.fromkeys(("apk", "deb", "npm", "pypi"), "library"),
    "archive": "application",
}


def cyclonedx_document(subject: Subject, images: Sequence[ImageContents]) -> dict[str, Any]:
    """Return the document of an image, or of an index and its images.

    Args:
        subject: what is described.
        images: one, or those of the index.
    """
    document: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": max(image.created for image in images),
            "tools": {"components": [{"type": "application", "name": "rules_plinth"}]},
            "component": _container(subject.name, subject.digest, subject.purl, subject.digest),
        },
    }
    dependencies: list[dict[str, Any]] = []
    if not subject.is_index:
        (image,) = images
        document["components"] = _components(image, "", dependencies, subject.digest)
    else:
        document["components"] = [
            {
                **_container(
                    f"{subject.name} {image.platform}",
                    image.digest,
                    package_url("oci", subject.short_name, image.digest,
                                qualifiers={"arch": image.platform.split("/")[1]}),
                    image.digest,
                ),
                "components": _components(image, f"{image.platform}/", dependencies, image.digest),
            }
            for image in images
        ]  # fmt: skip
        dependencies.insert(
            0, {"ref": subject.digest, "dependsOn": [image.digest for image in images]}
        )
    document["dependencies"] = dependencies
    document["compositions"] = _compositions(subject, images)
    # "Every BOM … should have a unique serial number": here, equal documents have an equal one.
    digest = hashlib.sha256(canonical_json(document)).digest()
    serial = uuid.UUID(bytes=digest[:16], version=5)
    return {**_first(document, f"urn:uuid:{serial}"), **document}


def _first(document: dict[str, Any], serial: str) -> dict[str, Any]:
    return {
        "bomFormat": document["bomFormat"],
        "specVersion": document["specVersion"],
        "serialNumber": serial,
    }


def _container(name: str, digest: str, purl: str, reference: str) -> dict[str, Any]:
    return {
        "type": "container",
        "bom-ref": reference,
        "name": name,
        "version": digest,
        "purl": purl,
        "hashes": [{"alg": "SHA-256", "content": digest.partition(":")[2]}],
    }


def _components(
    image: ImageContents, prefix: str, dependencies: list[dict[str, Any]], owner: str
) -> list[dict[str, Any]]:
    references = {each.key: prefix + each.key for each in image.components}
    dependencies.append({"ref": owner, "dependsOn": sorted(references.values())})
    for component in image.components:
        needed = [references[key] for key in component.depends]
        if needed:
            dependencies.append({"ref": references[component.key], "dependsOn": needed})
    system = {
        "type": "operating-system",
        "bom-ref": f"{prefix}operating-system",
        "name": image.distribution.identifier,
        **({"version": image.distribution.version} if image.distribution.version else {}),
    }
    found = [system] if any(each.kind in {"deb", "apk"} for each in image.components) else []
    return found + [_component(each, references[each.key], prefix) for each in image.components]


def _component(component: Component, reference: str, prefix: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": _TYPES.get(component.kind, "data"),
        "bom-ref": reference,
        "name": component.name,
    }
    if component.supplier:
        name, _, address = component.supplier.partition("<")
        contact = {"contact": [{"email": address.strip("> ")}]} if "@" in address else {}
        made["supplier"] = {"name": name.strip() or component.supplier, **contact}
    if component.version:
        made["version"] = component.version
    if component.summary:
        made["description"] = component.summary
    if component.sha256:
        made["hashes"] = [{"alg": "SHA-256", "content": component.sha256}]
    if component.license.expression != NOASSERTION:
        made["licenses"] = [{"expression": component.license.expression}]
    if component.purl:
        made["purl"] = component.purl
    references = [("website", component.homepage)]
    if "://" in component.location:
        references.append(("distribution", component.location))
    shown = [{"type": kind, "url": url} for kind, url in references if url]
    if shown:
        made["externalReferences"] = shown
    properties = {
        "plinth:kind": component.kind,
        "plinth:debian:source": component.source[0],
        "plinth:debian:source-version": component.source[1],
        "plinth:debian:built-using": ", ".join(" ".join(each) for each in component.built_using),
        "plinth:debian:archive": component.archive,
        "plinth:debian:filename": component.location if component.archive else "",
        "plinth:license-file": component.license_file,
        **{f"plinth:{key}": name for key, name in sorted(component.license.others.items())},
        **_for_trivy(component),
    }
    made["properties"] = [
        {"name": name, "value": value} for name, value in properties.items() if value
    ]
    if component.files:
        made["components"] = [_file(file, prefix) for file in component.files]
    return made


def _for_trivy(component: Component) -> dict[str, str]:
    """Trivy finds Debian's advisories only by these; it does not read ``upstream`` of the purl."""
    if not component.source[0]:
        return {}
    version = Version(component.source[1])
    return {
        "aquasecurity:trivy:SrcName": component.source[0],
        "aquasecurity:trivy:SrcEpoch": str(version.epoch or ""),
        "aquasecurity:trivy:SrcVersion": version.upstream,
        "aquasecurity:trivy:SrcRelease": version.revision,
    }


def _file(file: ImageFile, prefix: str) -> dict[str, Any]:
    return {
        "type": "file",
        "bom-ref": f"{prefix}file{file.path}",
        "name": file.path,
        "hashes": [
            {"alg": "SHA-1", "content": file.sha1},
            {"alg": "SHA-256", "content": file.sha256},
        ],
    }


def _compositions(subject: Subject, images: Sequence[ImageContents]) -> list[dict[str, Any]]:
    """Return whether a document is complete: only layers of other tools are unknown."""
    if subject.is_index:
        pairs = [(image.digest, image) for image in images]
    else:
        pairs = [(subject.digest, images[0])]
    return [
        {
            "aggregate": "incomplete" if image.unknown_layers else "complete",
            "assemblies": [reference],
        }
        for reference, image in pairs
    ]
