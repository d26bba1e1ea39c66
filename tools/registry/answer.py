"""Reads the bodies of answers without trusting their size, their encoding or their speed."""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterator

import requests
import urllib3

from tools.registry.errors import malformed

_LARGEST = 4 << 20
"""The most bytes of an answer that is not a blob: manifests, errors, tokens."""

LONGEST = 60.0
"""The most seconds that such an answer, or a config, may take."""

_PIECE = 1 << 16


def bounded(answer: requests.Response, registry: str, what: str) -> requests.Response:
    """Read the whole body into the answer, whose ``content`` it then is.

    Args:
        answer: its body is not read yet.
        registry: who sends it.
        what: what was asked for, for messages.

    Raises:
        RegistryError: it is larger than 4 MiB, packed or unpacked, or takes more than a minute.
    """
    encoding = answer.headers.get("Content-Encoding", "identity").strip().lower()
    inflate = zlib.decompressobj(wbits=31) if encoding in {"gzip", "x-gzip"} else None
    content = bytearray()
    end = time.monotonic() + LONGEST
    try:
        for piece in pieces(answer, _PIECE):
            room = _LARGEST + 1 - len(content)
            content += inflate.decompress(piece, room) if inflate else piece
            if len(content) > _LARGEST:
                raise malformed(registry, f"{what}: its answer has more than {_LARGEST} bytes")
            if time.monotonic() > end:
                raise malformed(registry, f"{what}: its answer takes more than {LONGEST:g} s")
    except zlib.error as error:
        raise malformed(registry, f"{what}: its answer is damaged gzip") from error
    finally:
        answer.close()
    answer._content = bytes(content)
    return answer


def pieces(answer: requests.Response, size: int) -> Iterator[bytes]:
    """Yield the body in pieces as they arrive, so that a slow one is noticed."""
    try:
        while piece := answer.raw.read1(size, decode_content=False):
            yield piece
        # This detects a body that ends early.
        answer.raw.read(1, decode_content=False)
    except (urllib3.exceptions.HTTPError, TimeoutError) as error:
        raise requests.ConnectionError(error, request=answer.request) from error
