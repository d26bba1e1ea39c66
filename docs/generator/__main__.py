"""``bazel run //docs:reference``: writes docs/reference, and pictures of measured data."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from docs.generator.pictures import sizes
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
    images = directory.parent / "images.md"
    comparison = directory.parent.parent / "tools/inspect/comparison.json"
    picture = sizes(images.read_text(encoding="utf-8"), comparison.read_text(encoding="utf-8"))
    (directory.parent / "sizes.svg").write_text(picture, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
