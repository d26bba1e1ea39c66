"""``bazel run //docs:reference``: writes docs/reference, and pictures of measured data."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from docs.generator.pictures import MEASURED, pictures
from docs.generator.reference import reference


def main(files: Sequence[str]) -> int:
    """Write the pages, and remove those of files that are gone."""
    directory = Path(os.environ["BUILD_WORKSPACE_DIRECTORY"], "docs/reference")
    pages = reference(files)
    for path in directory.glob("*.md"):
        if path.name not in pages:
            path.unlink()
    for name, text in pages.items():
        (directory / name).write_text(text, encoding="utf-8")
    print(f"docs/reference: {len(pages)} pages")
    workspace = directory.parent.parent
    drawn = pictures(*(workspace.joinpath(path).read_text(encoding="utf-8") for path in MEASURED))
    for name, text in drawn.items():
        (directory.parent / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
