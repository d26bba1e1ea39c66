"""``python -m tools.sbom JOB``: the program of the ``sbom`` rule.

JOB is the path of a JSON file that the rule writes:

    {"name": label, "index": path or null,
     "images": [{"label", "config", "manifest", "layers": [path, …]}, …],
     "spdx": path, "cyclonedx": path}
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Sequence
from typing import Any

from tools.errors import PlinthError
from tools.inspect.image_facts import read_image
from tools.sbom.cyclonedx import cyclonedx_document
from tools.sbom.json_document import readable_json
from tools.sbom.model import ImageContents, contents_of
from tools.sbom.spdx import spdx_document
from tools.sbom.subject import Subject


def main(arguments: Sequence[str]) -> int:
    """Write the documents; the exit status is 1 after an error."""
    try:
        with open(arguments[0], encoding="utf-8") as stream:
            write_documents(json.load(stream))
    except (PlinthError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def write_documents(job: dict[str, Any]) -> None:
    """Write what a job asks for.

    Raises:
        PlinthError: facts cannot be read.
    """
    subject, images = read_subject(job)
    for key, make in (("spdx", spdx_document), ("cyclonedx", cyclonedx_document)):
        if job.get(key):
            with open(job[key], "wb") as out:
                out.write(readable_json(make(subject, images)))


def read_subject(job: dict[str, Any]) -> tuple[Subject, list[ImageContents]]:
    """What a job is about, and the contents of each of its images.

    Raises:
        PlinthError: facts cannot be read.
    """
    images = [contents_of(read_image(item), _digest(item["manifest"])) for item in job["images"]]
    if job.get("index"):
        return Subject(job["name"], _digest(job["index"]), is_index=True), images
    (image,) = images
    return Subject(job["name"], image.digest, architecture=image.platform.split("/")[1]), images


def _digest(path: str) -> str:
    with open(path, "rb") as stream:
        return f"sha256:{hashlib.sha256(stream.read()).hexdigest()}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
