"""The Node.js image serves, over HTTP and TLS, and has what Debian keeps outside of the program."""

from __future__ import annotations

import pytest

from tests.base.run.containers import give, give_certificates, open_container
from tests.container.container import Container


@pytest.fixture(scope="module")
def container() -> Container:
    container = open_container()
    give(container, "tests/base/run/server.mjs")
    give_certificates(container)
    return container


def test_everything_works(container: Container) -> None:
    done = container.run("/tmp/server.mjs", "/tmp", timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "fetch hello /path",
        "tls by default UNABLE_TO_VERIFY_LEAF_SIGNATURE",
        "tls trusted hello",
        "authorities true",
        "date Mittwoch, 1. Juli 2026 um 05:00",
        "number 1.234.567,891",
        "module 42",
        "brotli brotli",
        "thread worker",
        "child true",
    ]


@pytest.mark.parametrize("program", ["npm", "npx", "corepack"])
def test_has_no_package_manager(container: Container, program: str) -> None:
    for directory in ("/usr/bin", "/nodejs/bin"):
        with pytest.raises(FileNotFoundError):
            container.start("--version", entrypoint=[f"{directory}/{program}"])
