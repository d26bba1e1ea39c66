"""``python -m tools.sbom.provenance JOB``: how an image was built, as SLSA provenance v1.

JOB is that of ``tools.sbom`` with

    {"builder": URI, "locks": [path, …], "names": [name, …], "parameters": {}, "repository": URI,
     "status": path or null, "revision_key": word, "out": path}
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from tools.errors import PlinthError
from tools.sbom.__main__ import read_subject
from tools.sbom.json_document import canonical_json
from tools.sbom.model import ImageContents
from tools.sbom.subject import Subject

BUILD_TYPE = "urn:rules_plinth:image:v1"
"""What the parameters mean; docs/signatures.md says it."""


class StampError(PlinthError):
    """The workspace status does not tell the revision."""


def main(arguments: Sequence[str]) -> int:
    """Write the statement; the exit status is 1 after an error."""
    try:
        with open(arguments[0], encoding="utf-8") as stream:
            job = json.load(stream)
        statement = provenance(job, *read_subject(job))
        with open(job["out"], "wb") as out:
            out.write(canonical_json(statement))
    except (PlinthError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def provenance(
    job: dict[str, Any], subject: Subject, images: Sequence[ImageContents]
) -> dict[str, Any]:
    """The in-toto statement.

    Raises:
        StampError: a revision is asked for, and there is none.
    """
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": subject.name, "digest": _digest(subject.digest)}],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": BUILD_TYPE,
                "externalParameters": {
                    "target": subject.name,
                    "platforms": [image.platform for image in images],
                    **({"parameters": job["parameters"]} if job["parameters"] else {}),
                },
                "internalParameters": {},
                "resolvedDependencies": [
                    *_source(job),
                    *_locks(job),
                    *_components(images),
                ],
            },
            "runDetails": {"builder": {"id": job["builder"]}},
        },
    }


def _source(job: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if not job["status"]:
        if job["repository"]:
            yield {"uri": job["repository"]}
        return
    with open(job["status"], encoding="utf-8") as stream:
        status = dict(line.rstrip("\n").partition(" ")[::2] for line in stream)
    revision = status.get(job["revision_key"], "").strip()
    if not revision:
        raise StampError(
            f"the workspace status has no {job['revision_key']}, which stamp asks for\n"
            f"  give a --workspace_status_command that prints: {job['revision_key']} REVISION"
        )
    uri = {"uri": job["repository"]} if job["repository"] else {"name": "source"}
    yield {**uri, "digest": {"gitCommit": revision}}


def _locks(job: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path, name in zip(job["locks"], job["names"], strict=True):
        with open(path, "rb") as stream:
            yield {
                "name": name.removeprefix("../"),
                "digest": {"sha256": hashlib.sha256(stream.read()).hexdigest()},
            }


def _components(images: Sequence[ImageContents]) -> Iterator[dict[str, Any]]:
    found = {
        component.purl: component.sha256
        for image in images
        for component in image.components
        if component.purl and component.sha256
    }
    for purl in sorted(found):
        yield {"uri": purl, "digest": {"sha256": found[purl]}}


def _digest(text: str) -> dict[str, str]:
    algorithm, _, value = text.partition(":")
    return {algorithm: value}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
