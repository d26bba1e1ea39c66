"""The verb ``image``: makes a configuration and a manifest of layers.

Metadata only: it reads ``layer.json`` files and the base's two JSON documents, never a blob.

Its keys:
    layer*?             layer.json of this image's own layers, in order
    base_layer*?        layer.json of the base's layers, or facts of a foreign image, for checks
    base_config?        config.json of the base
    base_manifest?      manifest.json of the base; both or neither
    config?             {"entrypoint"?: [..], "cmd"?: [..], "env"?: {NAME: value}, "user"?,
                        "workdir"?, "exposed_ports"?: [..], "volumes"?: [..],
                        "labels"?: {}, "annotations"?: {}, "stop_signal"?, "created"?,
                        "healthcheck"?: see ``healthcheck.py``,
                        "os"?, "architecture"?, "variant"?}
                        architecture: OCI's name or Debian's. ``$NAME`` and ``${NAME}`` in env
                        values mean the base's value, ``$$`` a dollar sign. Empty values of
                        entrypoint, cmd, user, workdir and stop_signal clear the base's.
    allow_replaced*?    a path that a later layer may ship again (etc/ld.so.cache, say), or a glob
    out_config, out_manifest, out_image
                        out_image: the manifest's descriptor with platform, and the layers'
"""

from __future__ import annotations

import sys

from tools.action import json_text
from tools.action.params import ParamsError
from tools.image.config import (
    CONFIG,
    MANIFEST,
    build_config,
    build_manifest,
    canonical,
    descriptor,
    platform,
)
from tools.image.overlap import check_layers
from tools.image.script_check import check_scripts
from tools.image.user_check import check_user
from tools.layer.facts import read_facts, read_shared_facts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tools.action.params import Params

_KEYS = (
    "layer", "base_layer", "base_config", "base_manifest", "config", "allow_replaced",
    "out_config", "out_manifest", "out_image",
)  # fmt: skip


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        PlinthError: options or layers contradict each other.
    """
    params.only(_KEYS)
    options = params.optional("config") or {}
    layers = [read_facts(path) for path in params.many("layer")]
    base_layers = [read_shared_facts(path) for path in params.many("base_layer")]
    foreign = [facts for each in base_layers for facts in each.get("layers", ())]
    base_layers = [each for each in base_layers if "layers" not in each]
    base_config = _document(params.optional("base_config"))
    base_manifest = _document(params.optional("base_manifest"))
    if (base_config is None) != (base_manifest is None):
        raise ParamsError(f"{params.source}: a base has a configuration and a manifest")
    complete = len(foreign + base_layers) == len((base_manifest or {}).get("layers", ()))
    check_layers(
        [*base_layers, *layers],
        params.many("allow_replaced"),
        foreign=foreign,
        complete=complete,
    )
    config = build_config(options, layers, base_config)
    if complete:
        whole = [*foreign, *base_layers, *layers]
        check_user((config.get("config") or {}).get("User") or "", whole)
        for message in check_scripts(whole, config.get("config") or {}):
            print(f"warning: {message}", file=sys.stderr)
    config_text = canonical(config)
    manifest = build_manifest(options, config_text, layers, base_manifest)
    manifest_text = canonical(manifest)
    described = {
        **descriptor(MANIFEST, manifest_text),
        "platform": platform(config),
        "config": descriptor(CONFIG, config_text),
        "layers": manifest["layers"],
    }
    for key, text in (("out_config", config_text), ("out_manifest", manifest_text)):
        with open(params.path(key), "wb") as out:
            out.write(text)
    json_text.write(params.path("out_image"), described)


def _document(path: str | None) -> dict[str, Any] | None:
    if path is None:
        return None
    try:
        document = json_text.read(path)
    except (OSError, ValueError) as error:
        raise ParamsError(f"{path}: {error}") from error
    if not isinstance(document, dict):
        raise ParamsError(f"{path}: not a JSON object")
    return document
