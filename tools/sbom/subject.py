"""What a bill of materials is about: an image, or an index of images."""

from __future__ import annotations

from dataclasses import dataclass

from tools.sbom.purl import package_url


@dataclass(frozen=True, slots=True)
class Subject:
    """An image or an index.

    Attributes:
        name: the label of its target.
        digest: of its manifest, or of the index.
        is_index: whether it is an index.
        architecture: OCI's name; empty for an index.
    """

    name: str
    digest: str
    is_index: bool = False
    architecture: str = ""

    @property
    def short_name(self) -> str:
        """The last part of the label, or of the package if the target is just ``image``."""
        package, _, target = self.name.rpartition(":")
        return (target if target not in {"image", "index"} else package.rpartition("/")[2]).lower()

    @property
    def purl(self) -> str:
        """Its package URL; where it is published is not known here."""
        return package_url(
            "oci", self.short_name, self.digest, qualifiers={"arch": self.architecture}
        )
