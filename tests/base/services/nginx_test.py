"""nginx answers over HTTP, logs to the container's streams, and lets requests end."""

from __future__ import annotations

from tests.base.services.serving import open_image, serving
from tests.container.network import get


def test_serves() -> None:
    with serving(open_image(), 8080) as service:
        assert get(service.process, 8080, "/").status == 200
        assert "Welcome to nginx" in get(service.process, 8080, "/").body
        assert get(service.process, 8080, "/none").status == 404
    assert service.status == 0
    log = service.log
    assert '"GET / HTTP/1.1" 200' in log
    assert "warn" not in log
