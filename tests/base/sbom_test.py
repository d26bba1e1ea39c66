"""Bills of materials of the catalogue: complete for those who check them, licenses included."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from ntia_conformance_checker import SbomChecker

from tools.inspect.image_facts import ImageFacts, read_image
from tools.sbom.model import contents_of
from tools.sbom.spdx import spdx_document
from tools.sbom.subject import Subject

DIGEST = f"sha256:{'0' * 64}"
IMAGES = [
    read_image(item)
    for item in json.loads(Path(os.environ["RUNFILES_DIR"], os.environ["IMAGES"]).read_text())
]
each_image = pytest.mark.parametrize("image", IMAGES, ids=[image.label for image in IMAGES])


@each_image
def test_has_the_minimum_elements(image: ImageFacts, tmp_path: Path) -> None:
    """Return what NTIA asks for, as its checker reads it."""
    subject = Subject(image.label, DIGEST, architecture="amd64")
    document = spdx_document(subject, [contents_of(image, DIGEST)])
    path = tmp_path / "image.spdx.json"
    path.write_text(json.dumps(document))
    # What a valid document is, tests of the documents themselves say.
    checker = SbomChecker(str(path), validate=False)
    assert checker.ntia_minimum_elements_compliant, checker.output_json()


@each_image
def test_every_license_is_known(image: ImageFacts) -> None:
    """A copyright file in prose needs a place in ``tools/sbom/reviewed_licenses.py``."""
    unknown = {}
    for each in contents_of(image, DIGEST).components:
        if each.kind == "deb" and each.license.expression == "NOASSERTION":
            file = image.tree.file(each.license_file)
            unknown[each.name] = file["sha256"] if file else "it has no copyright file"
    assert unknown == {}


@each_image
def test_names_are_those_that_people_write(image: ImageFacts) -> None:
    names = [each.name for each in contents_of(image, DIGEST).components]
    assert [name for name in names if "@@" in name] == []
