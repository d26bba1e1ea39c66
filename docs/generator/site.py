"""Makes the site of the documents with MkDocs: ``site.py CONFIG OUTPUT``; also MkDocs' hook."""

from __future__ import annotations

import logging
import os
import re
import sys
from typing import Any

from mkdocs.commands.build import build
from mkdocs.config import load_config

_LINK = re.compile(r"\]\(((?:\.\./)+)([^)#\s]*)(#[^)\s]*)?\)")


def on_page_markdown(markdown: str, *, page: Any, config: Any, **_: Any) -> str:
    """Lets links that leave the documents lead to the repository."""
    folder = os.path.dirname(page.file.src_uri)

    def outside(match: re.Match[str]) -> str:
        path = os.path.normpath(os.path.join("docs", folder, match[1] + match[2]))
        if path.startswith("docs/"):
            return match[0]
        return f"]({config.repo_url}/tree/main/{path}{match[3] or ''})"

    return _LINK.sub(outside, markdown)


def on_post_page(output: str, **_: Any) -> str:
    """Give names and focus to what the theme leaves without (WCAG 2.1: 2.1.1, 4.1.2)."""
    for pattern, replacement in _ACCESSIBLE:
        output = pattern.sub(replacement, output)
    return output


on_post_template = on_post_page

_ACCESSIBLE = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        # The search has a name for those who hear it.
        (r'(data-md-component="search" role="dialog")', r'\1 aria-label="Search"'),
        # Code that is wider than its box can be scrolled by keyboard.
        (r"(<pre[^>]*>(?:<span></span>)?)<code>", r'\1<code tabindex="0">'),
        # A heading that says nothing is none.
        (r"<th></th>", "<td></td>"),
    )
]


def main(arguments: list[str]) -> int:
    """Make the site."""
    config, output = arguments
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    build(load_config(config, site_dir=os.path.abspath(output)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
