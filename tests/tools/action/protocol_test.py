"""The messages of Bazel's workers."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.action.protocol import decode, encode, read


def test_the_examples_of_the_specification() -> None:
    # https://protobuf.dev/programming-guides/encoding: test1 {a: 150} and test2 {b: "testing"}.
    assert encode([(1, 150)]) == bytes.fromhex("03 089601")
    assert encode([(2, b"testing")]) == bytes.fromhex("09 120774657374696e67")


fields = st.lists(st.tuples(st.integers(1, 1 << 20), st.integers(0, 1 << 63) | st.binary()))


@given(st.lists(fields))
def test_messages_come_back(messages: list[list[tuple[int, int | bytes]]]) -> None:
    stream = io.BytesIO(b"".join(map(encode, messages)))
    for message in messages:
        found = read(stream.read)
        assert found is not None
        assert list(decode(found)) == message
    assert read(stream.read) is None


@given(fields.filter(bool), st.data())
def test_a_message_that_is_cut_off(
    message: list[tuple[int, int | bytes]], data: st.DataObject
) -> None:
    whole = encode(message)
    stream = io.BytesIO(whole[: data.draw(st.integers(1, len(whole) - 1))])
    with pytest.raises(EOFError):
        read(stream.read)


@pytest.mark.parametrize("message", ["08", "0896", "1207746573", "0d00000000", "0b"])
def test_a_field_that_cannot_be_read(message: str) -> None:
    with pytest.raises(ValueError, match="protocol buffer"):
        list(decode(bytes.fromhex(message)))
