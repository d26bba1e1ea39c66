"""Common options of the commands that talk to registries."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping

from tools.registry.client import Client
from tools.registry.reference import Repository
from tools.registry.transport import Options, Transport


def add_connection_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of all commands that talk to registries."""
    parser.add_argument(
        "--insecure", action="store_true", help="allow plain http for every registry"
    )
    parser.add_argument("--ca-file", default="", help="PEM file of authorities to trust")


def connection_options(
    options: argparse.Namespace,
    environment: Mapping[str, str],
    notice: Callable[[str], object],
    connections: int = 8,
) -> Options:
    """Return the values of ``add_connection_options``; ``notice`` receives temporary failures."""
    return Options(
        insecure=options.insecure,
        ca_file=options.ca_file,
        connections=connections,
        environment=environment,
        notice=notice,
    )


def connections(options: Options) -> Callable[[Repository], Client]:
    """Clients that share one connection pool for each registry."""
    transports: dict[str, Transport] = {}

    def connect(repository: Repository) -> Client:
        # dict.setdefault is atomic; an unused transport has opened no connection.
        transport = transports.get(repository.registry) or transports.setdefault(
            repository.registry, Transport(repository.registry, options)
        )
        return Client(transport, repository)

    return connect
