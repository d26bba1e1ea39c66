"""memcached keeps values, and says how it is."""

from __future__ import annotations

from tests.base.services.serving import open_image, serving


def test_keeps_values() -> None:
    with serving(open_image(), 11211) as service:
        assert service.ask(b"set key 0 0 5\r\nvalue\r\n") == b"STORED\r\n"
        answer = service.ask(b"get key\r\n", end=b"END\r\n")
        assert answer == b"VALUE key 0 5\r\nvalue\r\nEND\r\n"
        assert b"STAT curr_items 1\r\n" in service.ask(b"stats\r\n", end=b"END\r\n")
    assert service.status == 0
