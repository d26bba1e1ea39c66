"""HAProxy answers for itself, and balances what its configuration says."""

from __future__ import annotations

from tests.base.services.serving import give, open_image, serving
from tests.container.network import get

CONFIGURATION = """\
frontend web
    mode http
    bind :8080
    default_backend servers
    timeout client 5s
backend servers
    mode http
    timeout connect 5s
    timeout server 5s
    server itself 127.0.0.1:8404
"""


def test_is_healthy() -> None:
    with serving(open_image(), 8404) as service:
        assert get(service.process, 8404, "/healthz").body == "ok\n"
        assert "haproxy_process_nbthread" in get(service.process, 8404, "/metrics").body
    assert service.status == 0


def test_balances() -> None:
    container = open_image()
    more = give(container, "web.cfg", CONFIGURATION)
    with serving(container, 8080, *container.config["Cmd"], "-f", more) as service:
        assert get(service.process, 8080, "/healthz").body == "ok\n"
    assert "web servers/itself" in service.log
