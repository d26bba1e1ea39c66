"""The catalogue is moved all at once, or not at all, and a person can read what happened."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from base.update.update import main
from tests.tools.lock.tiny_archive import TinyArchive, public_key
from tools.archives.lockfile import archives_text
from tools.lock.cli import main as lock

FACTS = {
    "version": 1,
    "size": 2_000_000,
    "uncompressed_size": 5_000_000,
    "packages": [{"name": "hello"}],
    "entries": [
        {"path": "usr", "type": "directory"},
        {"path": "usr/hello", "type": "file"},
        {
            "path": "usr/x.dist-info/METADATA",
            "type": "file",
            "component": {"type": "pypi", "name": "x"},
        },
    ],
}
README = """\
# Images

<!-- sizes: //base/static:debian13 -->
| image | MB compressed | MB on disk | Debian packages | files | layers |
|---|---|---|---|---|---|
| [`//base/static`](base/static) | 1.5 | 4.0 | 1 | 2 | 1 |
<!-- end of sizes -->

The end.
"""
# Replaces Bazel: says where the facts of an image are, or fails.
BAZEL = """\
#!/bin/sh
echo "$*" >> bazel.log
test -e broken && { echo "no such target" >&2; exit 1; }
test "$1" = cquery && echo "@//base/static:debian13 out/one.layer.json"
exit 0
"""


class Catalogue:
    """A workspace with a lock that is behind its archive."""

    def __init__(self, directory: Path) -> None:
        self.root = directory / "workspace"
        (self.root / "base").mkdir(parents=True)
        (self.root / "out").mkdir()
        (self.root / "out/one.layer.json").write_text(json.dumps(FACTS))
        self.archive = TinyArchive(str(directory / "archive"))
        self.archive.add("hello", "1.0-1", architecture="amd64")
        self.archive.add("other", "3.0-1", architecture="amd64")
        self.archive.publish()
        (self.root / "base/key.asc").write_text(public_key(self.archive.key))
        (self.root / "base/tiny.yaml").write_text(
            f"""
version: 1
archives:
  tiny: {{mirrors: ["{self.archive.url}"], suites: [tiny], components: [main], keys: [key.asc]}}
architectures: [amd64]
packages: [hello, other]
"""
        )
        (self.root / "base/archives.lock.json").write_text(archives_text({}))
        (self.root / "README.md").write_text(README)
        bazel = self.root / "bazelw"
        bazel.write_text(BAZEL)
        bazel.chmod(bazel.stat().st_mode | stat.S_IXUSR)
        self.environment = {"BUILD_WORKSPACE_DIRECTORY": str(self.root), "PLINTH_CACHE": ""}
        arguments = ["--manifest", "base/tiny.yaml", "--lock", "base/tiny.lock.json", "--quiet"]
        assert lock(arguments, environment=self.environment) == 0

    def release(self, version: str) -> None:
        """Let the archive have a newer hello."""
        self.archive.add("hello", version, architecture="amd64")
        self.archive.publish()

    def update(self, *arguments: str) -> int:
        """Run the program."""
        locks = ["--lock=base/tiny", "--archive-lock=base/archives.lock.json", "--quiet"]
        return main([*locks, *arguments], environment=self.environment)

    def contents(self) -> dict[str, bytes]:
        """Every file that is committed."""
        names = ("README.md", "base/tiny.lock.json", "base/archives.lock.json")
        return {name: (self.root / name).read_bytes() for name in names}


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return Catalogue(tmp_path)


def test_moves_measures_and_tells(catalogue: Catalogue, capsys: pytest.CaptureFixture[str]) -> None:
    catalogue.release("1.1-1")
    assert catalogue.update("--pull-request", "text.md") == 0
    text = capsys.readouterr().out
    assert text.startswith("Move base/tiny\n\n## base/tiny\n\n| package | from | to |")
    assert "| hello | 1.0-1 | 1.1-1 | all |" in text
    assert "| `//base/static` | 1.5 | 2.0 | +0.5 |" in text
    assert (catalogue.root / "text.md").read_text() == text
    readme = (catalogue.root / "README.md").read_text()
    assert "| [`//base/static`](base/static) | 2.0 | 5.0 | 1 + 1 wheels | 2 | 1 |\n" in readme
    assert readme.endswith("<!-- end of sizes -->\n\nThe end.\n")
    assert b'"version": "1.1-1"' in catalogue.contents()["base/tiny.lock.json"]


def test_a_second_run_changes_nothing(
    catalogue: Catalogue, capsys: pytest.CaptureFixture[str]
) -> None:
    catalogue.release("1.1-1")
    assert catalogue.update() == 0
    before = catalogue.contents()
    (catalogue.root / "bazel.log").unlink()
    capsys.readouterr()
    assert catalogue.update() == 0
    assert catalogue.contents() == before
    assert capsys.readouterr().out == "Locks are up to date\n"
    assert not (catalogue.root / "bazel.log").exists(), "nothing is built for nothing"


def test_what_does_not_build_is_taken_back(
    catalogue: Catalogue, capsys: pytest.CaptureFixture[str]
) -> None:
    before = catalogue.contents()
    catalogue.release("1.1-1")
    (catalogue.root / "broken").touch()
    assert catalogue.update() == 1
    assert "the images do not build\nno such target" in capsys.readouterr().err
    assert catalogue.contents() == before


def test_one_lock_that_cannot_be_moved_keeps_all_as_they_were(
    catalogue: Catalogue, capsys: pytest.CaptureFixture[str]
) -> None:
    catalogue.release("1.1-1")
    before = catalogue.contents()
    (catalogue.root / "base/bad.yaml").write_text("version: 9\n")
    (catalogue.root / "base/bad.lock.json").write_bytes(before["base/tiny.lock.json"])
    assert catalogue.update("--lock=base/bad") == 1
    assert capsys.readouterr().err.count("error: ") == 1
    assert catalogue.contents() == before


def test_only_some_packages(catalogue: Catalogue, capsys: pytest.CaptureFixture[str]) -> None:
    catalogue.release("1.1-1")
    catalogue.archive.add("other", "4.0-1", architecture="amd64")
    catalogue.archive.publish()
    assert catalogue.update("--package", "other", "--sizes=never") == 0
    text = capsys.readouterr().out
    assert "| other | 3.0-1 | 4.0-1 |" in text
    assert "hello" not in text


def test_a_snapshot(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    catalogue = Catalogue(tmp_path)
    manifest = catalogue.root / "base/tiny.yaml"
    manifest.write_text(manifest.read_text().replace(f'mirrors: ["{catalogue.archive.url}"], ', ""))
    old = TinyArchive(str(tmp_path / "20261118T000000Z" / "tiny"), key=catalogue.archive.key)
    old.add("hello", "0.9-1", architecture="amd64")
    old.add("other", "3.0-1", architecture="amd64")
    old.publish()
    catalogue.environment["PLINTH_MIRRORS"] = f"tiny={old.url}"
    assert catalogue.update("--snapshot", "20261118T000000Z", "--sizes=never") == 0
    assert "| hello | 1.0-1 | 0.9-1 ⚠ older |" in capsys.readouterr().out
    data = json.loads(catalogue.contents()["base/tiny.lock.json"])
    assert data["archives"]["tiny"]["snapshot"] == "20261118T000000Z"
    check = ["--manifest", "base/tiny.yaml", "--lock", "base/tiny.lock.json", "--check"]
    assert lock(check, environment=catalogue.environment) == 0, "the manifest is as it was"


def test_a_time_that_is_none(catalogue: Catalogue, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        catalogue.update("--snapshot", "yesterday")
    assert "'yesterday' is not of the form 20261118T000000Z" in capsys.readouterr().err
