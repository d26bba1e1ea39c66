"""``bazel run //docs:reference``: writes docs/reference anew."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from docs.generator.reference import reference


def main(files: Sequence[str]) -> int:
    """Write the pages, and removes those that are no more."""
    directory = Path(os.environ["BUILD_WORKSPACE_DIRECTORY"], "docs/reference")
    pages = reference(files)
    for path in directory.glob("*.md"):
        if path.name not in pages:
            path.unlink()
    for name, text in pages.items():
        (directory / name).write_text(text, encoding="utf-8")
    print(f"docs/reference: {len(pages)} pages")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
