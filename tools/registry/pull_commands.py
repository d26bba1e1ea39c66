"""The commands that pull; a repository rule and the actions of its images run them."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence

from tools.registry.client import Client
from tools.registry.connection import add_connection_options, connection_options, connections
from tools.registry.pull import describe_image
from tools.registry.reference import check_digest, parse_repository


def pull_description(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    """Fetch what describes an image, and print its platforms as JSON.

    Raises:
        PlinthError: it cannot be had.
    """
    parser = _parser("pull-description")
    parser.add_argument("--directory", required=True)
    parser.add_argument("--architecture", action="append", required=True)
    options = parser.parse_args(arguments)
    platforms = describe_image(
        _client(options, environment), options.digest, options.directory, options.architecture
    )
    print(json.dumps(platforms))


def pull_blob(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    """Fetch one blob into a file.

    Raises:
        PlinthError: it cannot be had.
    """
    parser = _parser("pull-blob")
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--out", required=True)
    options = parser.parse_args(arguments)
    _client(options, environment).download(options.digest, options.size, options.out)


def _parser(name: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=name)
    parser.add_argument("--repository", required=True)
    parser.add_argument("--digest", required=True, type=check_digest)
    add_connection_options(parser)
    return parser


def _client(options: argparse.Namespace, environment: Mapping[str, str]) -> Client:
    connect = connections(
        connection_options(options, environment, lambda text: print(text, file=sys.stderr))
    )
    return connect(parse_repository(options.repository))
