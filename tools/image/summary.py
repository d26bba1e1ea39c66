"""The verb ``summary``: one line for people about an image that they build.

Its keys:
    manifest*           of each ``image``
    index?              of ``index``, if there are several
    layout              what the layout directory is called
    layout_option?      of Bazel, which it takes to make it
    out_digest          the digest, in a line
    out                 the line, in a file
"""

from __future__ import annotations

import sys

from tools.action import json_text
from tools.image.config import INDEX, MANIFEST, descriptor
from tools.image.layout import DEFAULT_REF

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tools.action.params import Params


def run(params: Params) -> None:
    """Run the verb: write the line, and print it, so that Bazel shows it."""
    params.only(("manifest", "index", "layout", "layout_option", "out_digest", "out"))
    manifests = [_read(path) for path in params.many("manifest")]
    index_path = params.optional("index")
    described = (
        descriptor(INDEX, _read(index_path)) if index_path else descriptor(MANIFEST, manifests[0])
    )
    layers = {
        item["digest"]: item["size"]
        for manifest in manifests
        for item in json_text.loads(manifest.decode())["layers"]
    }
    size, count, images = sum(layers.values()), len(layers), len(manifests)
    platforms = f"{images} platforms, " if images > 1 else ""
    option = params.optional("layout_option")
    with_option = f" with {option}," if option else ""
    line = (
        f"{platforms}{count} layer{'s' * (count != 1)}, {size / 1e6:.1f} MB compressed,"
        f" {described['digest']};{with_option}"
        f" run: podman run --rm oci:{params.path('layout')}:{DEFAULT_REF}"
    )
    for path, text in (
        (params.path("out_digest"), described["digest"]),
        (params.path("out"), line),
    ):
        with open(path, "w", encoding="utf-8") as out:
            out.write(text + "\n")
    print(line, file=sys.stderr)


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()
