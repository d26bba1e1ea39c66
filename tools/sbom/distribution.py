"""Reads the distribution of an image from its os-release file."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

from tools.inspect.image_facts import ImageFacts
from tools.sbom.purl import package_url

CODENAMES = {
    "8": "jessie", "9": "stretch", "10": "buster", "11": "bullseye", "12": "bookworm",
    "13": "trixie", "14": "forky", "15": "duke",
}  # fmt: skip
"""Debian's releases."""
_UPDATE = re.compile(r"[+~]deb(\d+)u\d+$")


@dataclass(frozen=True, slots=True)
class Distribution:
    """A distribution, os-release(5).

    Attributes:
        identifier: ``ID``: ``debian``.
        version: ``VERSION_ID``: ``13``; empty where it has none, as in testing.
        codename: ``VERSION_CODENAME``: ``trixie``; may be empty.
    """

    identifier: str = "debian"
    version: str = ""
    codename: str = ""

    def of_package(self, version: str) -> Distribution:
        """Return the release of a package of this version: an image may mix releases.

        Debian Developer's Reference, 5.8.4: updates of a stable release end in ``+deb12u1``, or in
        ``~deb12u1`` where a newer version was rebuilt for it. Newer releases have newer versions.
        """
        update = _UPDATE.search(version) if self.identifier == "debian" else None
        if not update or not self.version.isdigit() or int(update[1]) >= int(self.version):
            return self
        return Distribution(self.identifier, update[1], CODENAMES.get(update[1], ""))

    def purl(
        self, kind: str, name: str, version: str, architecture: str, source: tuple[str, str]
    ) -> str:
        """Return the package URL of one of its packages; ``kind`` is that of its package manager.

        ``upstream`` names the source package where it differs, for the scanners that look it up.
        """
        release = self.of_package(version)
        distro = filter(None, (release.identifier, release.version or release.codename))
        source_name, source_version = source
        upstream = source_name if source_version == version else f"{source_name}@{source_version}"
        return package_url(
            kind,
            name,
            version,
            namespace=self.identifier,
            qualifiers={
                "arch": architecture,
                "distro": "-".join(distro),
                "upstream": "" if (source_name, source_version) == (name, version) else upstream,
            },
        )


def distribution_of(image: ImageFacts) -> Distribution:
    """Return the distribution of an image; Debian, like its packages, if it names none."""
    # os-release(5): the file in /etc takes precedence.
    found = image.tree.file("etc/os-release") or image.tree.file("usr/lib/os-release") or {}
    text = found.get("text", "")
    values = {}
    for line in text.splitlines():
        key, equals, value = line.partition("=")
        if equals and not key.startswith("#"):
            values[key.strip()] = " ".join(shlex.split(value))
    return Distribution(
        identifier=values.get("ID", "debian"),
        version=values.get("VERSION_ID", ""),
        codename=values.get("VERSION_CODENAME", ""),
    )
