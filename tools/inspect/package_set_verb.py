"""The verb ``package-set``: the surface of a set of packages, which reports show for scale.

Its keys:
    name                what to call them
    facts*              facts of their fragments
    out                 JSON
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.action import json_text
from tools.inspect.image_facts import ImageFacts
from tools.inspect.surface import NUMBERS, measure_surface
from tools.layer.facts import read_facts
from tools.layer.merge import merge_entries

if TYPE_CHECKING:
    from tools.action.params import Params
    from tools.layer.facts import Facts

# What depends on the image that the packages are in.
_OF_IMAGES = ("layers", "components")
_LISTS = (
    "executable", "shell", "interpreter", "package-manager", "network-tool", "dangerous", "setuid",
    "setgid", "capability",
)  # fmt: skip


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        PlinthError: facts cannot be read, or packages contradict each other.
    """
    params.only(("name", "facts", "out"))
    fragments = [read_facts(path) for path in params.many("facts")]
    layer: Facts = {
        "entries": merge_entries(fragments),
        "packages": [package for facts in fragments if (package := facts["package"])],
        "fragments": [],
    }
    size = sum(facts["segment"]["compressed_size"] for facts in fragments)
    manifest = {"layers": [{"size": size}]}
    surface = measure_surface(ImageFacts(params.one("name"), {}, manifest, (layer,)))
    numbers = {key: surface.numbers[key] for key in NUMBERS if key not in _OF_IMAGES}
    counts = {key: len(surface.lists[key]) for key in _LISTS}
    json_text.write(
        params.path("out"), {"name": params.one("name"), "numbers": numbers, "counts": counts}
    )
