"""Real keys and signatures, compared with the apt of Debian 13: what it refuses is refused here."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

import pytest

from tests.container.container import Container
from tests.openpgp.cases import INDEX, Case, make_cases
from tests.openpgp.openpgp import Gpg
from tools.lock.archive.signature import Keyring, verify
from tools.lock.archive.signature_error import SignatureError

# What apt accepts and we do not. It uses the self-signature of the time of signing, so an expired
# or retired key that is stolen can sign for the time before.
STRICTER = {
    "revoked 2, signed before": "superseded",
    "subkey revoked 2": "superseded",
    "primary and subkey revoked 2": "superseded",
    "revoked 3, signed before": "retired",
    "subkey revoked 3": "retired",
    "primary and subkey revoked 3": "retired",
    "expired key, signed before": "has expired",
    "prolonged key that has expired": "has expired",
    "expired subkey": "has expired",
    "subkey of an expired key": "has expired",
    "expired and revoked": "has expired",
    "form: two signature blocks": "bytes after the signature",
    "form: comment next to Hash": "out of order",
    "form: field next to Hash": "out of order",
}


@pytest.fixture(scope="module")
def cases() -> dict[str, Case]:
    """Provide the table, by name."""
    with tempfile.TemporaryDirectory(prefix="pgp", dir="/tmp") as directory:
        gpg = Gpg(Path(directory))
        made = make_cases(gpg)
        gpg.close()
    return made


@pytest.fixture(scope="module")
def believed_by_apt(cases: dict[str, Case]) -> set[str]:
    """Provide the cases whose InRelease apt-get(8) takes, each from an archive of its own."""
    container = Container(os.path.join(os.environ["RUNFILES_DIR"], os.environ["APT_IMAGE"]))
    root = Path(container.root)
    for directory in ("tmp", "lists/partial", "cache/archives/partial", "var/lib/dpkg"):
        (root / directory).mkdir(parents=True, exist_ok=True)
    (root / "var/lib/dpkg/status").touch()
    for name in ("bin", "lib", "lib64"):  # base-files makes these links
        if not (root / name).exists():
            (root / name).symlink_to(f"usr/{name}")
    sources = []
    for number, case in enumerate(cases.values()):
        archive = root / "archives" / str(number)
        archive.mkdir(parents=True)
        (archive / "InRelease").write_bytes(case.message)
        (archive / "Packages").write_bytes(INDEX)
        (archive / "key.gpg").write_bytes(case.keys)
        url = f"/archives/{number}"
        sources.append(f"deb [signed-by={url}/key.gpg] file:{url} ./\n")
    (root / "sources").write_text("".join(sources))
    options = {
        "APT::Architecture": "amd64",
        "APT::Architectures::": "amd64",
        "APT::Sandbox::User": "root",
        "Acquire::Languages": "none",
        "Dir::Cache": "/cache",
        "Dir::Etc::sourcelist": "/sources",
        "Dir::State::lists": "/lists",
    }
    words = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    done = container.run(*words, "update", timeout=600)
    names = list(cases)
    believed = {
        names[int(found[1])]
        for path in (root / "lists").iterdir()
        if (found := re.fullmatch(r"_archives_(\d+)_\._InRelease", path.name))
    }
    refused = {names[int(number)] for number in re.findall(r"'file:/archives/(\d+) ", done.stderr)}
    assert believed | refused == cases.keys(), done.stderr
    assert not believed & refused
    return believed


def believed_here(cases: dict[str, Case]) -> set[str]:
    believed = set()
    for name, case in cases.items():
        try:
            verify(case.message, Keyring(("test",), case.keys), "http://mirror.example/InRelease")
        except SignatureError:
            continue
        believed.add(name)
    return believed


def test_there_are_many_of_both(cases: dict[str, Case], believed_by_apt: set[str]) -> None:
    assert len(believed_by_apt) >= 40
    assert len(cases.keys() - believed_by_apt) >= 50


def test_what_apt_refuses_is_refused(cases: dict[str, Case], believed_by_apt: set[str]) -> None:
    assert believed_here(cases) - believed_by_apt == set()


def test_what_is_refused_beyond_that(cases: dict[str, Case], believed_by_apt: set[str]) -> None:
    refused = believed_by_apt - believed_here(cases)
    assert refused == STRICTER.keys()
    for name, words in STRICTER.items():
        assert words in cases[name].problem or name == "expired and revoked"
