"""JSON without the start-up cost of the ``json`` package.

``import json`` pulls in ``re``, ``enum`` and ``functools``: more milliseconds than most fragments
take to build. The C scanner and encoder that do ``json``'s work need none of them. Where they are
missing or changed, ``json`` itself is used; the text is the same.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

try:
    from _json import encode_basestring_ascii as _encode_string
    from _json import make_encoder, make_scanner
except ImportError:  # an interpreter without the accelerator
    make_encoder = make_scanner = None  # type: ignore[assignment,misc]


def loads(text: str) -> Any:
    """Parse a JSON text.

    Raises:
        ValueError: not JSON.
    """
    if _scan is None:
        return _json().loads(text)
    stripped = text.strip(" \t\n\r")
    try:
        value, end = _scan(stripped, 0)
    except StopIteration:
        raise ValueError("not JSON") from None
    if end != len(stripped):
        raise ValueError(f"text after the JSON value, at character {end}")
    return value


def dumps(value: Any) -> str:
    """Write canonical JSON: sorted keys, ASCII, no white space, no newline."""
    if _encode is None:
        text: str = _json().dumps(value, sort_keys=True, separators=(",", ":"))
        return text
    return "".join(_encode(value, 0))


def read(path: str) -> Any:
    """Parse a JSON file.

    Raises:
        OSError: the file cannot be read.
        ValueError: not JSON, or not UTF-8.
    """
    with open(path, encoding="utf-8") as stream:
        return loads(stream.read())


def write(path: str, value: Any) -> None:
    """Write canonical JSON and a final newline to a file."""
    with open(path, "w", encoding="ascii", newline="\n") as stream:
        stream.write(dumps(value) + "\n")


class _ScannerContext:
    """The attributes of ``json.JSONDecoder`` that the C scanner reads, and nothing more."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int

    @staticmethod
    def parse_constant(name: str) -> Any:
        # RFC 8259 has no NaN and no infinities.
        raise ValueError(f"{name} is not JSON")


def _refuse(value: object) -> Any:
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def _json() -> Any:
    import json  # noqa: PLC0415 - the point of this module is not to import it

    return json


def _make_codec() -> tuple[Any, Any]:
    if make_scanner is None:
        return None, None
    try:
        scan = make_scanner(_ScannerContext())  # type: ignore[arg-type]
        encode = make_encoder(None, _refuse, _encode_string, None, ":", ",", True, False, False)
    except (TypeError, AttributeError):  # a future Python with another signature
        return None, None
    return scan, encode


_scan, _encode = _make_codec()
