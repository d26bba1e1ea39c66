"""The command lines of ``push`` and ``load``, as ``bazel run`` starts them."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Mapping, Sequence

from tools.command.parser import command_parser
from tools.errors import PlinthError
from tools.fetch.progress import Progress
from tools.registry.archive import qualified, write_archive_file
from tools.registry.connection import add_connection_options, connection_options, connections
from tools.registry.endorsement import Endorsement
from tools.registry.load import choose_daemon, choose_image, describe, load
from tools.registry.publication import Publication, read_publications
from tools.registry.push import Destination, Push
from tools.registry.push import describe as describe_push
from tools.registry.reference import Repository, check_tag, parse_reference, parse_repository
from tools.registry.signer import Signer, command_signer, key_signer


class UsageError(PlinthError):
    """The command line does not fit the images."""


_PUSH_EXAMPLES = """\
examples:
  bazel run //app:push
  bazel run //app:push -- --repository registry.example/team/app --tag v1.2
  bazel run //app:push -- --registry localhost:5000

environment:
  DOCKER_CONFIG, REGISTRY_AUTH_FILE   where docker and podman keep credentials
  PLINTH_SIGNING_KEY                  as --sign-key
"""

_LOAD_EXAMPLES = """\
examples:
  bazel run //app:load
  bazel run //app:load -- --with podman
  bazel run //app:load -- --archive app.tar
"""


def push(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    """Push what a publication file lists.

    Raises:
        PlinthError: it cannot be done.
    """
    parser = command_parser(
        "push", "Pushes images to a registry: only missing blobs, and tags last.", _PUSH_EXAMPLES
    )
    _add_publication(parser)
    parser.add_argument("-r", "--repository", help="push to HOST/NAME instead")
    parser.add_argument("--registry", help="push to this HOST instead, under the same names")
    parser.add_argument(
        "-t", "--tag", action="append", default=[], help="one more tag; may be repeated"
    )
    parser.add_argument("--sign-key", metavar="FILE", help="sign with this key (PEM, ECDSA P-256)")
    parser.add_argument(
        "--sign-command",
        metavar="COMMAND",
        help="sign with this command: message on its input, signature in base64 on its output",
    )
    parser.add_argument(
        "--parallel", type=_count, default=4, help="connections at once (default: 4)"
    )
    add_connection_options(parser)
    options = parser.parse_args(arguments)
    started = time.monotonic()
    publications = read_publications(options.publication, environment["RUNFILES_DIR"])
    if options.repository and len(publications) > 1:
        raise UsageError(
            "--repository is for one image, and here are several\n"
            "  use --registry HOST to push all of them elsewhere"
        )
    destinations = [
        Destination(
            publication,
            _repository(publication, options.repository, options.registry),
            tuple(map(check_tag, dict.fromkeys([*publication.tags, *options.tag]))),
        )
        for publication in publications
    ]
    for destination in destinations:
        for name in destination.names:
            check_tag(name)
    progress = Progress("pushing", noun="blobs")
    work = Push(
        destinations,
        connections(connection_options(options, environment, progress.note, options.parallel)),
        parallel=options.parallel,
        progress=progress,
        endorsement=Endorsement(_signer(options, environment)),
    )
    outcomes = work.run()
    if any(outcome.sent for outcome in outcomes):
        progress.close()
    for destination, outcome in zip(destinations, outcomes, strict=True):
        print(describe_push(destination, outcome))
    print(f"done in {time.monotonic() - started:.1f} s")


def load_image(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    """Load what a publication file lists.

    Raises:
        PlinthError: it cannot be done.
    """
    parser = command_parser(
        "load",
        "Loads an image into docker, podman or containerd: only missing layers.",
        _LOAD_EXAMPLES,
    )
    _add_publication(parser)
    parser.add_argument(
        "-t", "--tag", action="append", default=[], help="one more name; may be repeated"
    )
    parser.add_argument(
        "--with",
        dest="daemon",
        default="",
        help="the program to load with: docker, podman, nerdctl or ctr (default: the first found)",
    )
    parser.add_argument("--platform", default="", help="which image of an index: linux/arm64")
    parser.add_argument("--archive", help="write this file instead; every daemon can load it")
    options = parser.parse_args(arguments)
    for publication in read_publications(options.publication, environment["RUNFILES_DIR"]):
        image = choose_image(publication, options.platform)
        names = [_local_name(name) for name in dict.fromkeys([*publication.tags, *options.tag])]
        if options.archive:
            path = os.path.join(environment.get("BUILD_WORKING_DIRECTORY", ""), options.archive)
            write_archive_file(path, image, names)
            print(f"{options.archive}: {', '.join(names)}")
        else:
            daemon = choose_daemon(options.daemon, environment)
            print(describe(names, load(image, names, daemon, Progress("loading", noun="images"))))


def _signer(options: argparse.Namespace, environment: Mapping[str, str]) -> Signer | None:
    if options.sign_key and options.sign_command:
        raise UsageError("--sign-key and --sign-command are two ways to sign\n  choose one")
    if options.sign_command:
        return command_signer(options.sign_command)
    path = options.sign_key or environment.get("PLINTH_SIGNING_KEY")
    if not path:
        return None
    start = environment.get("BUILD_WORKING_DIRECTORY", "")
    return key_signer(os.path.join(start, path), environment)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of 1 or more")
    return int(text)


def _add_publication(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("publication", help=argparse.SUPPRESS)


def _repository(publication: Publication, asked: str | None, registry: str | None) -> Repository:
    text = asked or publication.repository
    if not text:
        raise UsageError(
            f"{publication.label} names no repository\n  say which: --repository HOST/NAME"
        )
    if registry:
        return parse_repository(f"{registry}/{text.partition('/')[2]}")
    return parse_repository(text)


def _local_name(text: str) -> str:
    """Return a name for a daemon: ``NAME:TAG``, with the tag ``latest`` if it has none."""
    name, colon, tag = text.rpartition(":")
    if not colon or "/" in tag:
        name, tag = text, "latest"
    # Daemons accept a name without a registry; its grammar is the same.
    parse_reference(qualified(f"{name}:{tag}"))
    return f"{name}:{tag}"
