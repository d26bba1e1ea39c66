"""``python -m tools.report JOB``: the program of the ``report`` rule.

JOB is the path of a JSON file that the rule writes: that of ``tools.sbom``, and

    {"findings": path of what ``tools.advisory`` found or null,
     "since": {"images": [as of "images"]} or null,
     "out": path of the page}
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

from tools.errors import PlinthError
from tools.inspect.image_facts import read_document, read_image
from tools.report.page import page
from tools.sbom.__main__ import read_subject


def main(arguments: Sequence[str]) -> int:
    """Write the page; the exit status is 1 after an error."""
    try:
        with open(arguments[0], encoding="utf-8") as stream:
            job = json.load(stream)
        text = make(job)
        with open(job["out"], "w", encoding="utf-8", newline="\n") as out:
            out.write(text)
    except (PlinthError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def make(job: dict[str, Any]) -> str:
    """The page that a job asks for.

    Raises:
        PlinthError: facts cannot be read, or are missing.
    """
    _, (contents,) = read_subject(job)
    (item,) = job["images"]
    return page(
        read_image(item),
        contents,
        findings=read_document(job["findings"]) if job["findings"] else None,
        since=read_image(job["since"]["images"][0]) if job["since"] else None,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
