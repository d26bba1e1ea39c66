"""Hostile inputs: sound ones that are changed, as bytes and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

if TYPE_CHECKING:
    from tests.fuzz.target import Target

_BYTES = (
    b"", b"\0", b"\xff", b"\n", b"\r\n", b"\t", b" ", b"/", b"../", b"\x1b[31m", b"\x80",
    b"\xc3\x28",
    b"\xed\xa0\x80", b"-1", b"0", b"99999999999999999999", b"\xc2\xb2", b"%s", b"\xff\xff\xff\xff",
    b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\0" * 64, b"A" * 300,
)  # fmt: skip
_JSON: tuple[Any, ...] = (
    None, True, False, 0, -1, 1 << 64, 1.5, "", "a", "../../x", "/x", "\0", "\x1b[31m", "é", "²",
    "x" * 300, [], {}, [None], [[]], [{}], {"": None}, {"a": {}}, "sha256:", "9" * 20,
)  # fmt: skip
_SMALL = st.integers(0, 255)
_PLACE = st.integers(0, 1 << 20)


@st.composite
def hostile(draw: st.DrawFn, target: Target) -> bytes:
    """Return an input of a target: a sound one with up to a few changes."""
    content = draw(st.sampled_from(target.seeds))
    if target.is_json and draw(st.integers(0, 9)):
        return _changed_json(draw, content)
    for _ in range(draw(st.integers(0, 5))):
        content = _changed(draw, content, target)
    return target.repair(content)


def _changed(  # noqa: PLR0911 - as many kinds of changes
    draw: st.DrawFn, content: bytes, target: Target
) -> bytes:
    at = draw(_PLACE) % (len(content) + 1)
    end = min(len(content), at + draw(st.sampled_from((1, 1, 2, 4, 8, 60, 512))))
    kind = draw(st.integers(0, 8))
    if kind == 0:  # one byte is another one
        return content[:at] + bytes([draw(_SMALL)]) + content[at + 1 :]
    if kind == 1:  # one bit
        byte = content[at : at + 1]
        flipped = bytes([byte[0] ^ 1 << draw(st.integers(0, 7))]) if byte else b""
        return content[:at] + flipped + content[at + 1 :]
    if kind == 2:  # something is missing
        return content[:at] + content[end:]
    if kind == 3:  # it ends early
        return content[:at]
    if kind == 4:  # something is there again, here or elsewhere
        to = draw(_PLACE) % (len(content) + 1)
        return content[:to] + content[at:end] + content[to:]
    if kind == 5:  # a part of another input
        other = draw(st.sampled_from(target.seeds))
        start = draw(_PLACE) % (len(other) + 1)
        return content[:at] + other[start:]
    if kind == 6:  # a number is another one
        value = draw(st.sampled_from((0, 1, 127, 128, 255, 256, 65535, 1 << 31, (1 << 32) - 1)))
        return (
            content[:at]
            + value.to_bytes(4, draw(st.sampled_from(("little", "big"))))
            + (content[at + 4 :])
        )
    word = draw(st.sampled_from(target.words + _BYTES))
    if kind == 7:  # a word in place of something
        return content[:at] + word + content[end:]
    return content[:at] + word * draw(st.sampled_from((1, 1, 1, 3, 2000))) + content[at:]


def _changed_json(draw: st.DrawFn, content: bytes) -> bytes:
    document = json.loads(content)
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(document))
        if not places:
            break
        holder, key = places[draw(_PLACE) % len(places)]
        kind = draw(st.integers(0, 5))
        if kind == 0:
            del holder[key]
        elif kind == 1:  # a value from elsewhere in the document
            other, name = places[draw(_PLACE) % len(places)]
            holder[key] = json.loads(json.dumps(other[name]))
        elif kind == 2 and isinstance(holder, dict):
            holder[draw(st.sampled_from(("", "\0", "é", "a" * 300)))] = holder.pop(key)
        elif kind == 3:
            holder[key] = [holder[key]]
        else:
            # A copy, for it may be changed too.
            holder[key] = json.loads(json.dumps(draw(st.sampled_from(_JSON))))
    return json.dumps(document).encode()


def _places(value: Any) -> Any:
    """Every place in a document: what holds it, and its key there."""
    if isinstance(value, (dict, list)):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from _places(value[key])
