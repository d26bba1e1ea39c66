"""The verb ``layout-image``: takes an image out of a layout that another tool has made.

Reads what a base is made of, its manifest and its config, and checks both against their digests.
The layers stay where they are.

Its keys:
    layout              the directory
    ref?                org.opencontainers.image.ref.name of the image; needed if there are several
    architecture        OCI's name: which image of an index
    variant?            OCI's name: which of several such
    out_config, out_manifest, out_image
                        as of ``image``
"""

from __future__ import annotations

import os

from tools.action import json_text
from tools.errors import PlinthError
from tools.image.config import INDEX, MANIFEST, platform
from tools.image.layout import REF_NAME
from tools.layer import digest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tools.action.params import Params

_INDEXES = (INDEX, "application/vnd.docker.distribution.manifest.list.v2+json")
_MANIFESTS = (MANIFEST, "application/vnd.docker.distribution.manifest.v2+json")
_KEYS = ("layout", "ref", "architecture", "variant", "out_config", "out_manifest", "out_image")


class LayoutError(PlinthError):
    """A directory is no OCI image layout, or has not the image that was asked for."""


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        LayoutError: the layout has no such image, or is damaged.
    """
    params.only(_KEYS)
    layout = params.path("layout")
    wanted = (params.path("architecture"), params.optional("variant") or "")
    described = _choose(layout, params.optional("ref"), wanted)
    manifest_text = _blob(layout, described["digest"])
    manifest = _json(manifest_text, described["digest"])
    config_text = _blob(layout, manifest["config"]["digest"])
    config = _json(config_text, manifest["config"]["digest"])
    if config.get("architecture") != wanted[0]:
        raise LayoutError(
            f"{layout}: its image is for {config.get('architecture')}, not for {wanted[0]}\n"
            "  build for that platform, or take another layout"
        )
    for key, text in (("out_config", config_text), ("out_manifest", manifest_text)):
        with open(params.path(key), "wb") as out:
            out.write(text)
    described = {key: described[key] for key in ("digest", "size")}
    json_text.write(
        params.path("out_image"),
        {
            "mediaType": manifest.get("mediaType", MANIFEST),
            **described,
            "platform": platform(config),
            "config": manifest["config"],
            "layers": manifest["layers"],
        },
    )


def _choose(layout: str, ref: str | None, wanted: tuple[str, str]) -> dict[str, Any]:
    """The descriptor of a manifest: by its name, then by its platform."""
    path = os.path.join(layout, "index.json")
    try:
        entries = json_text.read(path)["manifests"]
    except (OSError, ValueError, KeyError) as error:
        raise LayoutError(f"{layout}: not an OCI image layout: {error}") from error
    if ref:
        entries = [e for e in entries if (e.get("annotations") or {}).get(REF_NAME) == ref]
    while True:
        found = _for_platform(entries, wanted)
        if len(found) != 1:
            raise LayoutError(
                f"{path}: {len(found) or 'none'} of its images"
                + (f" named {ref!r}" if ref else "")
                + f" {'are' if found else 'is'} for {'/'.join(filter(None, wanted))}\n"
                "  say which one: ref = NAME"
            )
        (described,) = found
        if described.get("mediaType") not in _INDEXES:
            return described
        entries = _json(_blob(layout, described["digest"]), described["digest"])["manifests"]


def _for_platform(entries: list[dict[str, Any]], wanted: tuple[str, str]) -> list[dict[str, Any]]:
    """Those that may be for a platform; with several, those of its variant."""
    fitting = [
        entry
        for entry in entries
        if entry.get("mediaType") in _INDEXES + _MANIFESTS
        and (entry.get("platform") or {}).get("architecture", wanted[0]) == wanted[0]
    ]
    exact = [e for e in fitting if (e.get("platform") or {}).get("variant", "") == wanted[1]]
    return fitting if len(fitting) == 1 else exact


def _blob(layout: str, name: str) -> bytes:
    try:
        with open(os.path.join(layout, "blobs", *name.split(":")), "rb") as stream:
            content = stream.read()
    except OSError as error:
        raise LayoutError(f"{layout}: {name}: {error.strerror}") from error
    if name != f"sha256:{digest.sha256(content).hexdigest()}":
        raise LayoutError(f"{layout}: {name}: its content is another one\n  copy it again")
    return content


def _json(content: bytes, where: str) -> dict[str, Any]:
    try:
        value = json_text.loads(content.decode())
    except ValueError as error:
        raise LayoutError(f"{where}: {error}") from error
    if not isinstance(value, dict):
        raise LayoutError(f"{where}: not a JSON object")
    return value
