"""What packages of an image are called where advisories are looked up."""

from __future__ import annotations

import pytest

from tools.advisory.subject import packages_of_images
from tools.sbom.distribution import Distribution
from tools.sbom.model import Component, ImageContents


@pytest.mark.parametrize(
    ("distribution", "kind", "ecosystem"),
    [
        (Distribution("debian", "13", "trixie"), "deb", "Debian:13"),
        (Distribution("ubuntu", "24.04", "noble"), "deb", "Ubuntu:24.04:LTS"),
        (Distribution("ubuntu", "24.10", "oracular"), "deb", "Ubuntu:24.10"),
        (Distribution("alpine", "3.20.3"), "apk", "Alpine:v3.20"),
        (Distribution("wolfi", "20230201"), "apk", "Wolfi"),
    ],
)
def test_the_names_of_distributions(distribution: Distribution, kind: str, ecosystem: str) -> None:
    package = Component(key=f"{kind}/x", kind=kind, name="x", source=("y", "1"))
    image = ImageContents("x", "", "", "", "", distribution, (package,), ())
    (found,) = packages_of_images([image])
    assert (found.ecosystem, found.source, found.version) == (ecosystem, "y", "1")


def test_a_package_of_an_older_release_is_looked_up_there() -> None:
    version = "17.0.21+9-1~deb12u1"
    java = Component("deb/java", "deb", "java", version=version, source=("openjdk-17", version))
    debian = Distribution("debian", "13", "trixie")
    (found,) = packages_of_images([ImageContents("x", "", "", "", "", debian, (java,), ())])
    assert (found.ecosystem, found.release) == ("Debian:12", "bookworm")
