"""The subject of a bill of materials: an image, or an index of images.

Every verb that describes images takes
    name                the name of the subject: the label of its target
    index?              the image index, if there are several images
    image*              see ``image_facts.read_image``; an image index is several lines of it
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.inspect.image_facts import read_image
from tools.sbom.model import ImageContents, contents_of
from tools.sbom.purl import package_url

if TYPE_CHECKING:
    from tools.action.params import Params

SUBJECT_KEYS = ("name", "index", "image")
"""The keys of all verbs that describe images."""


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
        """Its package URL, without a registry, which is not known here."""
        return package_url(
            "oci", self.short_name, self.digest, qualifiers={"arch": self.architecture}
        )


def read_subject(params: Params) -> tuple[Subject, list[ImageContents]]:
    """Return the subject of an action, and the contents of each of its images.

    Raises:
        PlinthError: facts cannot be read.
    """
    name, index = params.one("name"), params.optional("index")
    images = [
        contents_of(read_image(item), _digest(item["manifest"])) for item in params.many("image")
    ]
    if index:
        return Subject(name, _digest(index), is_index=True), images
    (image,) = images
    return Subject(name, image.digest, architecture=image.platform.split("/")[1]), images


def _digest(path: str) -> str:
    with open(path, "rb") as stream:
        return f"sha256:{hashlib.sha256(stream.read()).hexdigest()}"
