"""The verb ``report``: the page about an image.

Its keys:
    findings?           of the verb ``advisories``
    since?              an earlier image to compare with, as of ``image``
    out                 the page
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.inspect.image_facts import read_document, read_image
from tools.report.page import page
from tools.sbom.subject import SUBJECT_KEYS, read_subject

if TYPE_CHECKING:
    from tools.action.params import Params


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        PlinthError: facts cannot be read, or are missing.
    """
    params.only((*SUBJECT_KEYS, "findings", "since", "out"))
    _, (contents,) = read_subject(params)
    findings, since = params.optional("findings"), params.optional("since")
    text = page(
        read_image(params.one("image")),
        contents,
        findings=read_document(findings) if findings else None,
        since=read_image(since) if since else None,
    )
    with open(params.path("out"), "w", encoding="utf-8", newline="\n") as out:
        out.write(text)
