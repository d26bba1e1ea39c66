"""Stanzas of indexes that no archive has."""

from __future__ import annotations

from tools.lock.archive.stanza_table import StanzaTable


def test_names_that_are_not_utf8() -> None:
    table = StanzaTable(b"Package: \x80\nProvides: \xff, x\nEssential: yes\n\nPackage: a\n\n")
    assert list(table.names()) == ["\ufffd", "a", "\ufffd", "x"]
    assert list(table.essential()) == table.providers("x") == ["\ufffd"]
    assert table.stanzas("\ufffd") == []
    assert len(table.stanzas("a")) == 1
