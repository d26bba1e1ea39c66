"""The verb ``provenance``: how an image was built, as SLSA provenance v1.

Its keys:
    builder             URI of who builds
    lock*?              {"path", "name"}: lock files, which the statement names with their digests
    parameters?         {name: value} of further inputs of the build
    repository?         URI of the source
    status?             the workspace status, if the statement is to name the revision
    revision_key?       word before the revision in ``status``; needed with it
    out                 the statement
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from tools.errors import PlinthError
from tools.sbom.json_document import canonical_json
from tools.sbom.subject import SUBJECT_KEYS, read_subject

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from tools.action.params import Params
    from tools.sbom.model import ImageContents
    from tools.sbom.subject import Subject

_KEYS = ("builder", "lock", "parameters", "repository", "status", "revision_key", "out")

BUILD_TYPE = "urn:rules_plinth:image:v1"
"""The meaning of the parameters; docs/signatures.md describes it."""


class StampError(PlinthError):
    """The workspace status does not have the revision."""


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        PlinthError: facts cannot be read, or the requested revision is missing.
    """
    params.only((*SUBJECT_KEYS, *_KEYS))
    statement = provenance(params, *read_subject(params))
    with open(params.path("out"), "wb") as out:
        out.write(canonical_json(statement))


def provenance(params: Params, subject: Subject, images: Sequence[ImageContents]) -> dict[str, Any]:
    """Return the in-toto statement.

    Raises:
        StampError: the requested revision is missing.
    """
    parameters = params.optional("parameters")
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
                    **({"parameters": parameters} if parameters else {}),
                },
                "internalParameters": {},
                "resolvedDependencies": [
                    *_source(params),
                    *_locks(params),
                    *_components(images),
                ],
            },
            "runDetails": {"builder": {"id": params.one("builder")}},
        },
    }


def _source(params: Params) -> Iterator[dict[str, Any]]:
    repository = params.optional("repository")
    if not params.optional("status"):
        if repository:
            yield {"uri": repository}
        return
    key = params.one("revision_key")
    with open(params.path("status"), encoding="utf-8") as stream:
        status = dict(line.rstrip("\n").partition(" ")[::2] for line in stream)
    revision = status.get(key, "").strip()
    if not revision:
        raise StampError(
            f"the workspace status has no {key}, which stamp asks for\n"
            f"  give a --workspace_status_command that prints: {key} REVISION"
        )
    uri = {"uri": repository} if repository else {"name": "source"}
    yield {**uri, "digest": {"gitCommit": revision}}


def _locks(params: Params) -> Iterator[dict[str, Any]]:
    for lock in params.many("lock"):
        with open(lock["path"], "rb") as stream:
            yield {
                "name": lock["name"].removeprefix("../"),
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
