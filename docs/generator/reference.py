"""The pages of docs/reference, made of the documentation in the files themselves."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from docs.generator.commands import commands_page
from docs.generator.messages import messages_page
from docs.generator.pages import page, symbols
from docs.generator.textproto import Message, parse_textproto

_INDEX = """\
# Reference

What a user of the module may load, run and set. Everything else is private: Bazel refuses to load
it from another module, and it may change at any time.

Made from the files themselves by `bazel run //docs:reference`.

| load from | | what it is |
|---|---|---|
"""

_BEYOND = """
## Programs

[What each answers to `--help`](commands.md).

## Messages

[What is said when something is refused](messages.md), and what to do about it.

## Settings

| flag | values | default |
|---|---|---|
| `--@rules_plinth//rules:compression` | how layers are compressed: `gzip`, `zstd`, `estargz`, `zstd:chunked` | `gzip` |
| `--@rules_plinth//rules:compression_level` | 1 to 12 (gzip), 1 to 19 (zstd), 0 for the format's own | 0: gzip 6, zstd 3 |
| `--@rules_plinth//rules:default_path_policy` | a `path_policy`: which files of packages are taken | without documentation |

Platforms for `image_index`: `@rules_plinth//rules/platforms:linux_amd64` and similar, one for each
of Debian's architectures. [Base images](../images.md) are in `@rules_plinth//base`.
"""  # noqa: E501 - lines of a table


def reference(files: Sequence[str]) -> Mapping[str, str]:
    """All pages, by their names, from the ``….bzl.textproto`` of each public file."""
    modules: dict[str, Message] = {}
    for path in sorted(files):
        name = os.path.basename(path).partition(".")[0] + ".bzl"
        modules[name] = parse_textproto(Path(path).read_text(encoding="utf-8"))
    pages = {name.removesuffix(".bzl") + ".md": page(name, each) for name, each in modules.items()}
    pages["commands.md"] = commands_page()
    pages["messages.md"] = messages_page()
    rows = [
        f"| [`{file}`]({link}) | [`{each.name}`]({link}#{each.name.lower()}) | {each.summary} |\n"
        for file, module in modules.items()
        for link in [file.removesuffix(".bzl") + ".md"]
        for each in symbols(module)
    ]
    pages["README.md"] = _INDEX + "".join(rows) + _BEYOND
    return pages
