"""Which distribution an image is of, from its os-release file."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from tools.inspect.image_facts import ImageFacts
from tools.sbom.purl import package_url


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

    def purl(
        self, kind: str, name: str, version: str, architecture: str, source: tuple[str, str]
    ) -> str:
        """The package URL of one of its packages; ``kind`` is that of its package manager.

        ``upstream`` names the source package where it differs, for the scanners that look it up.
        """
        source_name, source_version = source
        upstream = source_name if source_version == version else f"{source_name}@{source_version}"
        return package_url(
            kind,
            name,
            version,
            namespace=self.identifier,
            qualifiers={
                "arch": architecture,
                "distro": "-".join(filter(None, (self.identifier, self.version or self.codename))),
                "upstream": "" if (source_name, source_version) == (name, version) else upstream,
            },
        )


def distribution_of(image: ImageFacts) -> Distribution:
    """What an image says of itself; Debian where it says nothing, for its packages are Debian's."""
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
