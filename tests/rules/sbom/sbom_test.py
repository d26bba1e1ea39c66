"""Both documents of real images: valid by the official schemas, and complete."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
from spdx_tools.spdx.parser.parse_anything import parse_file
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

RUNFILES = Path(os.environ["RUNFILES_DIR"])


def document(variable: str, ending: str) -> Path:
    (path,) = [path for path in os.environ[variable].split() if path.endswith(ending)]
    return RUNFILES / path


def read(variable: str, ending: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(document(variable, ending).read_text())
    return value


@pytest.mark.parametrize("variable", ["IMAGE_SBOM", "INDEX_SBOM"])
def test_spdx_is_valid(variable: str) -> None:
    parsed = parse_file(str(document(variable, ".spdx.json")))
    assert validate_full_spdx_document(parsed, "SPDX-2.3") == []


@pytest.mark.parametrize("variable", ["IMAGE_SBOM", "INDEX_SBOM"])
def test_cyclonedx_is_valid(variable: str) -> None:
    validator = JsonStrictValidator(SchemaVersion.V1_6)
    assert validator.validate_str(document(variable, ".cdx.json").read_text()) is None


def test_an_invalid_document_is_found() -> None:
    broken = read("IMAGE_SBOM", ".cdx.json") | {"serialNumber": "1"}
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(broken)) is not None


@pytest.mark.parametrize("variable", ["IMAGE_SBOM", "INDEX_SBOM"])
def test_the_minimum_elements_are_there(variable: str) -> None:
    """As checkers take NTIA's "Minimum Elements For a Software Bill of Materials", 2021."""
    found = read(variable, ".spdx.json")
    lacking = [
        package["name"]
        for package in found["packages"]
        if not package.get("versionInfo") or package.get("supplier", "NOASSERTION") == "NOASSERTION"
    ]
    assert lacking == []
    followed = {"DESCRIBES", "CONTAINS", "DEPENDS_ON", "HAS_PREREQUISITE"}
    related: dict[str, set[str]] = {}
    for each in found["relationships"]:
        if each["relationshipType"] in followed:
            related.setdefault(each["spdxElementId"], set()).add(each["relatedSpdxElement"])
    reached, pending = set(), [found["SPDXID"]]
    while pending:
        if (element := pending.pop()) not in reached:
            reached.add(element)
            pending += related.get(element, ())
    assert {package["SPDXID"] for package in found["packages"]} <= reached


def spdx_packages() -> dict[str, Any]:
    return {
        package["name"]: package
        for package in read("IMAGE_SBOM", ".spdx.json")["packages"]
        if package.get("primaryPackagePurpose") != "SOURCE"
    }


def files_of(identifier: str) -> set[str]:
    found = read("IMAGE_SBOM", ".spdx.json")
    names = {file["SPDXID"]: file["fileName"] for file in found["files"]}
    return {
        names[item["relatedSpdxElement"]]
        for item in found["relationships"]
        if item["spdxElementId"] == identifier
        and item["relationshipType"] == "CONTAINS"
        and item["relatedSpdxElement"] in names
    }


def test_a_debian_package() -> None:
    package = spdx_packages()["tzdata"]
    (reference,) = package["externalRefs"]
    purl = PackageURL.from_string(reference["referenceLocator"])
    assert (purl.type, purl.namespace, purl.name) == ("deb", "debian", "tzdata")
    assert purl.version == package["versionInfo"]
    assert purl.qualifiers == {"arch": "all", "distro": "debian-13"}
    assert package["supplier"].startswith("Organization: GNU Libc Maintainers (")
    assert package["licenseDeclared"] == "LicenseRef-public-domain"
    assert package["licenseComments"].endswith("/usr/share/doc/tzdata/copyright")
    assert package["packageFileName"].startswith("pool/main/t/tzdata/tzdata_")
    assert package["comment"].startswith("archive: debian")
    assert [item["algorithm"] for item in package["checksums"]] == ["SHA256"]
    assert "./usr/share/zoneinfo/Europe/Berlin" in files_of(package["SPDXID"])


def test_what_is_no_debian_package() -> None:
    packages = spdx_packages()
    wheel, module = packages["humanize"], packages["ms"]
    assert wheel["externalRefs"][0]["referenceLocator"].startswith("pkg:pypi/humanize@")
    assert wheel["licenseDeclared"] == "MIT"
    assert len(wheel["checksums"][0]["checksumValue"]) == 64
    assert module["externalRefs"][0]["referenceLocator"] == "pkg:npm/ms@2.1.3"
    assert files_of(module["SPDXID"]) == {
        "./srv/app/node_modules/ms/index.js",
        "./srv/app/node_modules/ms/package.json",
    }
    archive = packages["site.tar.gz"]
    assert archive["externalRefs"][0]["referenceLocator"].startswith("pkg:generic/site.tar.gz?")


def test_what_the_build_made_belongs_to_its_target() -> None:
    packages = spdx_packages()
    assert files_of(packages["//tests/rules/sbom:app"]["SPDXID"]) == {"./srv/app/server.js"}
    assert "./etc/passwd" in files_of(packages["//base:accounts"]["SPDXID"])


def test_every_file_of_the_layers_is_listed_once_with_its_hash() -> None:
    listed = {
        file["fileName"]: file["checksums"] for file in read("IMAGE_SBOM", ".spdx.json")["files"]
    }
    found = files_of_layout(RUNFILES / os.environ["IMAGE"])
    assert set(listed) == set(found)
    for name, content in found.items():
        sha1, sha256 = (item["checksumValue"] for item in listed[name])
        assert sha1 == hashlib.sha1(content, usedforsecurity=False).hexdigest()
        assert sha256 == hashlib.sha256(content).hexdigest()


def files_of_layout(layout: Path) -> dict[str, bytes]:
    def blob(digest: str) -> bytes:
        return (layout / "blobs" / digest.replace(":", "/")).read_bytes()

    index = json.loads((layout / "index.json").read_text())
    manifest = json.loads(blob(index["manifests"][0]["digest"]))
    found = {}
    for layer in manifest["layers"]:
        with tarfile.open(fileobj=io.BytesIO(blob(layer["digest"]))) as archive:
            for member in archive:
                stream = archive.extractfile(member) if member.isreg() or member.islnk() else None
                if stream:
                    found[f"./{member.name}"] = stream.read()
    return found


def test_both_documents_list_the_same() -> None:
    spdx, cyclonedx = (read("IMAGE_SBOM", end) for end in (".spdx.json", ".cdx.json"))
    purls = {
        reference["referenceLocator"]
        for package in spdx["packages"]
        for reference in package.get("externalRefs", ())
    }
    components = [cyclonedx["metadata"]["component"], *cyclonedx["components"]]
    assert purls == {item["purl"] for item in components if "purl" in item}
    files = [file["name"] for item in components for file in item.get("components", ())]
    assert sorted(files) == sorted(file["fileName"][1:] for file in spdx["files"])
    assert max(Counter(files).values()) == 1


def test_an_index_has_each_platform() -> None:
    spdx = read("INDEX_SBOM", ".spdx.json")
    names = {package["SPDXID"]: package["name"] for package in spdx["packages"]}
    variants = [
        names[item["spdxElementId"]]
        for item in spdx["relationships"]
        if item["relationshipType"] == "VARIANT_OF"
    ]
    assert variants == [
        "//tests/rules/sbom:index linux/amd64",
        "//tests/rules/sbom:index linux/arm64/v8",
    ]
    cyclonedx = read("INDEX_SBOM", ".cdx.json")
    assert [item["type"] for item in cyclonedx["components"]] == ["container", "container"]
    assert all(
        any(part["name"] == "tzdata" for part in item["components"])
        for item in cyclonedx["components"]
    )
