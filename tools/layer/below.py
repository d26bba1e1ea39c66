"""What a layer lies on: other layers, and whole images that another tool has made."""

from __future__ import annotations

from tools.errors import PlinthError
from tools.layer.facts import read_facts
from tools.layer.whiteouts import without_hidden

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from tools.layer.facts import Facts, Package


def read_below(paths: Iterable[str]) -> list[Facts]:
    """Read the facts of layers and of foreign images, lowest first.

    Of a foreign image, what its own layers hide from each other is left out.

    Raises:
        PlinthError: not readable.
    """
    layers: list[Facts] = []
    for path in paths:
        facts = read_facts(path)
        layers += without_hidden(facts["layers"]) if "layers" in facts else [facts]
    return layers


def present_packages(fragments: Iterable[Facts], below: Iterable[Facts]) -> dict[str, Package]:
    """Return the packages of fragments that are there already, in whatever version, by name.

    The rules leave them out themselves where they know which packages lie below. Of a foreign
    image only its facts tell.

    Args:
        fragments: facts of fragments, of which some stand for packages.
        below: layer.json of each layer below.

    Raises:
        PlinthError: what lies below is of another package manager.
    """
    lower = {package["name"]: package for layer in below for package in layer["packages"]}
    foreign = next((each for each in lower.values() if "type" in each), None)
    present = {}
    for facts in fragments:
        package = facts["package"]
        if package and foreign:
            raise PlinthError(
                f"{package['name']} is a package of Debian, but the base has packages of"
                f" {foreign['type']}, such as {foreign['name']}: they do not share a C library\n"
                "  build on a base of Debian or Ubuntu, or on one of @rules_plinth//base"
            )
        if package and package["name"] in lower:
            present[package["name"]] = package
    return present
