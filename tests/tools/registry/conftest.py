"""Fixtures: a registry, a proxy before it, and what a test pushes with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.registry.proxy import Proxy, proxy_before
from tests.registry.server import registry_server
from tests.tools.registry.pushing import Pushing
from tests.tools.registry.tiny_image import TinyImage


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Provide the address of an open registry; tests use repositories of their own."""
    with registry_server(tmp_path_factory.mktemp("registry")) as address:
        yield address


@pytest.fixture
def proxy(registry: str) -> Iterator[Proxy]:
    """Provide a proxy before the registry."""
    with proxy_before(registry) as running:
        yield running


@pytest.fixture
def name(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Provide the name of a repository that no other test uses."""
    return (
        f"{request.node.originalname.replace('_', '-')}/{tmp_path.name.replace('_', '-')}".lower()
    )


@pytest.fixture
def site(proxy: Proxy, name: str) -> Pushing:
    """Provide the pushes of a test."""
    return Pushing(proxy, name)


@pytest.fixture
def image(tmp_path: Path) -> TinyImage:
    """Provide an image."""
    return TinyImage(tmp_path / "image", b"base", b"application")
