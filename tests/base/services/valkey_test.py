"""Valkey answers, and finds what it kept when it starts again."""

from __future__ import annotations

from tests.base.services.serving import open_image, serving


def test_keeps_values() -> None:
    container = open_image()
    with serving(container, 6379) as service:
        assert service.ask(b"PING\r\n") == b"+PONG\r\n"
        assert service.ask(b"SET key value\r\n") == b"+OK\r\n"
        assert service.ask(b"SAVE\r\n") == b"+OK\r\n"
    assert service.status == 0
    assert "Ready to accept connections" in service.log
    with serving(container, 6379) as service:
        assert service.ask(b"GET key\r\n", end=b"value\r\n") == b"$5\r\nvalue\r\n"


def test_arguments_win_over_the_configuration() -> None:
    with serving(open_image(), 6379, "--requirepass", "secret") as service:
        assert service.ask(b"PING\r\n").startswith(b"-NOAUTH")
        assert service.ask(b"AUTH secret\r\n") == b"+OK\r\n"
