"""Caddy answers over HTTP, and over TLS with a certificate of its own authority."""

from __future__ import annotations

import ssl

from tests.base.services.serving import give, open_image, serving
from tests.container.network import connect, get

CONFIGURATION = """\
{
	skip_install_trust
	auto_https disable_redirects
}
https://localhost:8443
tls internal
respond "hello"
"""


def test_serves() -> None:
    with serving(open_image(), 8080) as service:
        answer = get(service.process, 8080, "/")
        assert (answer.status, "Caddy works!" in answer.body) == (200, True)
    assert service.status == 0


def test_makes_certificates() -> None:
    container = open_image()
    file = give(container, "Caddyfile", CONFIGURATION)
    with serving(container, 8443, "--config", file, "--adapter", "caddyfile") as service:
        context = ssl.create_default_context()
        authority = f"{container.root}/var/lib/caddy/data/caddy/pki/authorities/local/root.crt"
        context.load_verify_locations(authority)
        connection = context.wrap_socket(
            connect(service.process, 8443), server_hostname="localhost"
        )
        with connection:
            connection.sendall(b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n")
            answer = b"".join(iter(lambda: connection.recv(4096), b""))
        assert answer.endswith(b"hello"), answer
