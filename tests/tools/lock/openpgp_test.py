"""All verifiers judge real keys and signatures alike, and say the same."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.openpgp.cases import Case, make_cases
from tests.openpgp.openpgp import Gpg, program
from tools.lock.archive.signature import Keyring, verify
from tools.lock.archive.signature_error import SignatureError

VERIFIERS = ("pysequoia", "gpgv", "sqv")


@pytest.fixture(scope="module")
def directory() -> Iterator[Path]:
    """Provide a directory with a short path, as gpg's sockets want it."""
    with tempfile.TemporaryDirectory(prefix="pgp", dir="/tmp") as name:
        yield Path(name)


@pytest.fixture(scope="module")
def cases(directory: Path) -> Iterator[dict[str, Case]]:
    """Provide the table, by name."""
    gpg = Gpg(directory)
    yield make_cases(gpg)
    gpg.close()


def test_there_are_many(cases: dict[str, Case]) -> None:
    assert len(cases) >= 110
    assert len([case for case in cases.values() if not case.problem]) >= 20


@pytest.mark.parametrize("verifier", VERIFIERS)
def test_what_is_believed(
    cases: dict[str, Case], directory: Path, verifier: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if verifier != "pysequoia":
        path = str(program(verifier, directory))
        monkeypatch.setitem(sys.modules, "pysequoia", None)
        monkeypatch.setattr(shutil, "which", lambda name: path if name == verifier else None)
    wrong = {}
    for name, case in cases.items():
        try:
            verify(case.message, Keyring(("test",), case.keys), "http://mirror.example/InRelease")
            problem = ""
        except SignatureError as error:
            problem = error.problem
        if bool(problem) != bool(case.problem) or case.problem not in problem:
            wrong[name] = f"{problem!r} instead of {case.problem!r}"
    assert wrong == {}
