"""The verb ``pin-images``: names images by their digests in a text, such as a chart's values.

Its keys:
    text                the text
    image               {"repository", "descriptor" or "index"}, repeated: HOST/NAME as the text has
                        it, and the file that has the digest
    out_text            where the text goes
"""

from __future__ import annotations

import re

from tools.action import json_text
from tools.errors import PlinthError
from tools.tar import digest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from tools.action.params import Params

# OCI Distribution Specification v1.1, "Pulling manifests": a tag; and a digest.
_VERSION = r"(?::\w(?:[\w.-]{0,126}\w)?)?(?:@sha256:[0-9a-f]{64})?"
# Characters that make it a part of another name; `docker://` does not.
_BEFORE, _AFTER = r"(?<![\w.:@-])(?:(?<!/)|(?<=://))", r"(?![\w/@-]|\.\w)"


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        PlinthError: the text does not name one of the images.
    """
    params.only(("text", "image", "out_text"))
    path = params.path("text")
    digests = {image["repository"]: _digest(image) for image in params.many("image")}
    with open(path, encoding="utf-8", newline="") as stream:
        text = stream.read()
    with open(params.path("out_text"), "w", encoding="utf-8", newline="") as out:
        out.write(pin_images(text, digests, path))


def pin_images(text: str, digests: Mapping[str, str], where: str) -> str:
    """Put digests after the names of images, in place of tags and of older digests.

    Args:
        text: any text in which images are named: YAML, JSON, a shell script.
        digests: repository, ``HOST/NAME``, to the digest of its image.
        where: file of the text, for messages.

    Raises:
        PlinthError: ``text`` does not name one of the repositories.
    """
    for repository, value in digests.items():
        name = re.compile(_BEFORE + re.escape(repository) + _VERSION + _AFTER, re.ASCII)
        text, count = name.subn(f"{repository}@{value}", text)
        if not count:
            raise PlinthError(
                f"{where}: nothing names the image {repository}\n"
                "  write it as it is pushed, without a digest: HOST/NAME or HOST/NAME:TAG"
            )
    return text


def _digest(image: Mapping[str, str]) -> str:
    if "index" in image:
        with open(image["index"], "rb") as stream:
            return "sha256:" + digest.sha256(stream.read()).hexdigest()
    return str(json_text.read(image["descriptor"])["digest"])
