"""The verb ``index``: makes one image index of images for several platforms.

OCI Image Format Specification v1.1, "OCI Image Index Specification".

Its keys:
    image*              ``out_image`` of each, in the order of the index
    annotations?        {}
    out_index
"""

from __future__ import annotations

from tools.action import json_text
from tools.errors import PlinthError
from tools.image.config import INDEX, canonical

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from tools.action.params import Params


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        PlinthError: two images are for one platform.
    """
    params.only(("image", "annotations", "out_index"))
    images = [json_text.read(path) for path in params.many("image")]
    index = build_index(images, params.optional("annotations") or {})
    with open(params.path("out_index"), "wb") as out:
        out.write(canonical(index))


def build_index(images: Sequence[Mapping[str, Any]], annotations: Mapping[str, str]) -> Any:
    """Make an index of images, each given by the descriptor of its manifest with its platform.

    Raises:
        PlinthError: there is no image, or two are for one platform.
    """
    if not images:
        raise PlinthError("image_index: no images")
    manifests = []
    seen: dict[str, str] = {}
    for image in images:
        platform = "/".join(
            image["platform"][key]
            for key in ("os", "architecture", "variant")
            if key in image["platform"]
        )
        if platform in seen:
            raise PlinthError(
                f"image_index: two images are for {platform}: {seen[platform]} and"
                f" {image['digest']}\n  name each platform once"
            )
        seen[platform] = image["digest"]
        manifests.append({key: image[key] for key in ("mediaType", "digest", "size", "platform")})
    index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests}
    return {**index, "annotations": dict(annotations)} if annotations else index
