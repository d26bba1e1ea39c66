"""The verb ``sbom``: bills of materials of an image, or of an index and its images.

Its keys:
    lock*               lock files, whose archives give the date of the image
    out_spdx            SPDX 2.3
    out_cyclonedx       CycloneDX 1.6
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from tools.errors import PlinthError
from tools.sbom.cyclonedx import cyclonedx_document
from tools.sbom.json_document import readable_json
from tools.sbom.spdx import spdx_document
from tools.sbom.subject import SUBJECT_KEYS, read_subject

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tools.action.params import Params


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        PlinthError: facts cannot be read.
    """
    params.only((*SUBJECT_KEYS, "lock", "out_spdx", "out_cyclonedx"))
    subject, images = read_subject(params)
    signed = newest_signature(params.many("lock"))
    images = [replace(image, created=max(image.created, signed)) for image in images]
    for key, make in (("out_spdx", spdx_document), ("out_cyclonedx", cyclonedx_document)):
        with open(params.path(key), "wb") as out:
            out.write(readable_json(make(subject, images)))


def newest_signature(locks: Iterable[str]) -> str:
    """Return when the newest archive of some locks was signed, RFC 3339; empty if none was.

    It is the latest date in the contents of an image, and the same in every build.

    Raises:
        PlinthError: a file is no lock.
    """
    dates = [""]
    for path in locks:
        try:
            with open(path, encoding="utf-8") as stream:
                archives = json.load(stream)["archives"].values()
            dates += [suite["date"] for archive in archives for suite in archive["suites"].values()]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise PlinthError(
                f"{path}: not a lock of Debian packages\n  name in locks what apt.install reads"
            ) from error
    return max(dates)
