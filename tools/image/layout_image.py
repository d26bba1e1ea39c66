"""The verb ``layout-image``: reads one image of a layout of another tool.

Reads the parts of a base: its manifest and its config. The layers stay in their place.

Its keys:
    layout              the directory
    ref?                org.opencontainers.image.ref.name of the image; needed if there are several
    architecture?       OCI's name: which image of an index; without it the layout has but one
    variant?            OCI's name: which of several such
    out_config, out_manifest, out_image
                        as of ``image``; or instead
    out_index           the index that the layout has for several platforms
"""

from __future__ import annotations

from tools.action import json_text
from tools.image.config import platform
from tools.image.documents import INDEXES, MANIFESTS
from tools.image.layout import REF_NAME
from tools.image.layout_directory import LayoutError, read_blob, read_image, read_index, read_nested

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from tools.action.params import Params
    from tools.image.documents import Descriptor

_KEYS = (
    "layout", "ref", "architecture", "variant", "out_config", "out_manifest", "out_image",
    "out_index",
)  # fmt: skip


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        PlinthError: the layout has no such image, or is damaged.
    """
    params.only(_KEYS)
    layout = params.path("layout")
    if params.optional("out_index"):
        with open(params.path("out_index"), "wb") as out:
            out.write(_index(layout))
        return
    wanted = (params.optional("architecture") or "", params.optional("variant") or "")
    described = _choose(layout, params.optional("ref"), wanted)
    image = read_image(layout, described)
    if image is None:
        raise LayoutError(f"{layout}: {described.digest} is an artifact, not an image")
    if wanted[0] and image.architecture != wanted[0]:
        raise LayoutError(
            f"{layout}: its image is for {image.architecture}, not for {wanted[0]}\n"
            "  build for that platform, or take another layout"
        )
    for key, text in (("out_config", image.config_text), ("out_manifest", image.manifest_text)):
        with open(params.path(key), "wb") as out:
            out.write(text)
    json_text.write(
        params.path("out_image"),
        {
            "mediaType": image.manifest.media_type,
            "digest": described.digest,
            "size": described.size,
            "platform": platform(json_text.loads(image.config_text.decode())),
            "config": image.manifest.config.document,
            "layers": [layer.document for layer in image.manifest.layers],
        },
    )


def _index(layout: str) -> bytes:
    """Return the one index of a layout, unchanged."""
    indexes = [entry for entry in read_index(layout) if entry.media_type in INDEXES]
    if len(indexes) != 1:
        raise LayoutError(f"{layout}: {len(indexes)} of its entries are indexes of images, not 1")
    return read_blob(layout, indexes[0])


def _choose(layout: str, ref: str | None, wanted: tuple[str, str]) -> Descriptor:
    """Return the descriptor of a manifest: by its name, then by its platform."""
    entries = read_index(layout)
    if ref:
        entries = [e for e in entries if (e.document.get("annotations") or {}).get(REF_NAME) == ref]
    while True:
        found = _for_platform(entries, wanted)
        if len(found) != 1:
            raise LayoutError(
                f"{layout}/index.json: {len(found) or 'none'} of its images"
                + (f" named {ref!r}" if ref else "")
                + f" {'are' if found else 'is'} for {'/'.join(filter(None, wanted)) or 'Linux'}\n"
                "  say which one: ref = NAME"
            )
        (described,) = found
        if described.media_type not in INDEXES:
            return described
        entries = read_nested(layout, described)


def _for_platform(entries: Iterable[Descriptor], wanted: tuple[str, str]) -> list[Descriptor]:
    """Return those that may be for a platform; if there are several, those of its variant."""
    fitting = [entry for entry in entries if entry.media_type in INDEXES + MANIFESTS]
    if not wanted[0]:
        return fitting
    fitting = [e for e in fitting if e.platform is None or e.platform.architecture == wanted[0]]
    exact = [e for e in fitting if (e.platform.variant if e.platform else "") == wanted[1]]
    return fitting if len(fitting) == 1 else exact
