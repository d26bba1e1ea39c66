"""The verb ``sbom``: bills of materials of an image, or of an index and its images.

Its keys:
    out_spdx            SPDX 2.3
    out_cyclonedx       CycloneDX 1.6
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.sbom.cyclonedx import cyclonedx_document
from tools.sbom.json_document import readable_json
from tools.sbom.spdx import spdx_document
from tools.sbom.subject import SUBJECT_KEYS, read_subject

if TYPE_CHECKING:
    from tools.action.params import Params


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        PlinthError: facts cannot be read.
    """
    params.only((*SUBJECT_KEYS, "out_spdx", "out_cyclonedx"))
    subject, images = read_subject(params)
    for key, make in (("out_spdx", spdx_document), ("out_cyclonedx", cyclonedx_document)):
        with open(params.path(key), "wb") as out:
            out.write(readable_json(make(subject, images)))
