"""Pushes as tests want them."""

from __future__ import annotations

from tests.registry.proxy import Proxy
from tools.registry.connection import connections
from tools.registry.publication import Publication
from tools.registry.push import Destination, Push, PushOutcome
from tools.registry.reference import Repository
from tools.registry.transport import Options


class Pushing:
    """Pushes as a test wants it, through a proxy and without waiting."""

    def __init__(self, proxy: Proxy, name: str) -> None:
        self.proxy = proxy
        self.name = name
        self.waited: list[float] = []
        self.said: list[str] = []
        self.options = Options(sleep=self.waited.append, notice=self.said.append, environment={})

    def push(self, *publications: Publication) -> list[PushOutcome]:
        """Push, each to the repository that it names."""
        destinations = [
            Destination(item, Repository(self.proxy.address, item.repository), item.tags)
            for item in publications
        ]
        return Push(destinations, connections(self.options)).run()

    def digest(self, tag: str) -> str:
        """Return what a tag names."""
        return connections(self.options)(Repository(self.proxy.address, self.name)).manifest_digest(
            tag
        )
