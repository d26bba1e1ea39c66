"""Writes JSON in one form, so that equal documents are equal bytes."""

from __future__ import annotations

import json
from typing import Any


def canonical_json(document: Any) -> bytes:
    """Without white space, keys in the order they were added."""
    # Lone surrogates are bytes that are not UTF-8; JSON keeps them as escapes.
    return json.dumps(document, separators=(",", ":"), ensure_ascii=True).encode()


def readable_json(document: Any) -> bytes:
    """For files that people open."""
    return json.dumps(document, indent=1, ensure_ascii=True).encode() + b"\n"
