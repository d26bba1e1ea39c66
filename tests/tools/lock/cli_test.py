"""The whole way from a manifest to a lock, against archives made for the test.

Each kind of bad input ends in one message that names what is wrong and what to do.
"""

from __future__ import annotations

import json
import os
import pathlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from tests.tools.deb_builder import Deb
from tests.tools.lock.tiny_archive import TinyArchive, new_key, public_key
from tools.errors import PlinthError
from tools.fetch.download import Downloader, FetchError
from tools.lock import cli as program
from tools.lock.archive.signature_error import SignatureError
from tools.lock.archive.trust import ExpiredError, ReleaseError, ReplayedError, UnsuitableError
from tools.lock.lockfile.lockfile import Lock, read_lock, write_lock
from tools.lock.make_lock import Surroundings, make_lock
from tools.lock.manifest import read_manifest
from tools.lock.resolve.candidates import IndexEntryError

NOW = datetime(2020, 1, 2, tzinfo=UTC)


@dataclass
class Bench:
    """A manifest, an archive, and a place for the lock."""

    directory: str
    archive: TinyArchive

    @property
    def lock_path(self) -> str:
        """Where the lock goes."""
        return os.path.join(self.directory, "tiny.lock.json")

    def manifest(self, packages: str = "[app]", extra: str = "", archive_extra: str = "") -> str:
        """Write the manifest and its key, and returns its path."""
        path = os.path.join(self.directory, "tiny.yaml")
        with open(os.path.join(self.directory, "tiny.asc"), "w", encoding="utf-8") as file:
            file.write(public_key(self.archive.key))
        with open(path, "w", encoding="utf-8") as file:
            file.write(
                "version: 1\n"
                "archives:\n"
                "  tiny:\n"
                f"    mirrors: ['{self.archive.url}']\n"
                "    suites: [tiny]\n"
                "    components: [main]\n"
                "    keys: [tiny.asc]\n"
                f"{archive_extra}"
                f"architectures: [{', '.join(self.archive.architectures)}]\n"
                f"packages: {packages}\n"
                f"{extra}"
            )
        return path

    def make(self, manifest: str, now: datetime = NOW, allow_older: bool = False) -> Lock:
        """Make a lock, in a world where it is ``now``."""
        previous = read_lock(self.lock_path) if os.path.exists(self.lock_path) else None
        surroundings = Surroundings(
            downloader=Downloader(rounds=1),
            environment={},
            apt_directory=os.path.join(self.directory, "no-apt"),
            now=now,
            previous=previous,
            allow_older=allow_older,
        )
        return make_lock(read_manifest(manifest), surroundings).lock

    def fails(self, error: type[PlinthError], *words: str, now: datetime = NOW) -> None:
        """Make the lock, which ends in one error with all the words and what to do."""
        with pytest.raises(error) as caught:
            self.make(os.path.join(self.directory, "tiny.yaml"), now)
        message = str(caught.value)
        for word in words:
            assert word in message
        assert message.splitlines()[-1].startswith("  ")


@pytest.fixture
def bench(tmp_path: os.PathLike[str]) -> Bench:
    archive = TinyArchive(os.path.join(tmp_path, "archive"))
    archive.add("app", "1:2.0-1", depends="lib (>= 1.0), debconf | cdebconf", source="src (2.0-1)")
    archive.add("lib", "1.5")
    archive.add("debconf")
    archive.publish()
    return Bench(str(tmp_path), archive)


def test_a_lock_has_all_that_is_needed_to_fetch_and_to_trace_back(bench: Bench) -> None:
    lock = bench.make(bench.manifest(extra="omit: [debconf]\n"))
    app, lib = lock.packages["amd64"]
    assert (app.name, app.version, app.source, app.source_version) == (
        "app",
        "1:2.0-1",
        "src",
        "2.0-1",
    )
    assert app.filename == "pool/app_2.0-1_all.deb"
    assert app.size == os.path.getsize(bench.archive.path(app.filename))
    assert (app.archive, app.suite, app.depends) == (
        "tiny",
        "tiny",
        {"lib": "lib (>= 1.0)"},
    )
    assert lib.depends == {}
    assert lock.omitted == {"amd64": {"debconf": ("app",)}}
    suite = lock.archives["tiny"].suites["tiny"]
    assert suite.date == "2020-01-01T00:00:00Z"
    assert suite.signed_by == (bench.archive.key.extract_certificate().fingerprint.upper(),)
    assert list(suite.indexes) == ["main/binary-amd64/Packages.xz"]


def test_the_snapshot_is_late_enough_to_have_what_is_locked(bench: Bench) -> None:
    lock = bench.make(bench.manifest())
    assert lock.archives["tiny"].snapshot == "20200102T000000Z"


def test_the_lock_does_not_depend_on_the_mirror(bench: Bench) -> None:
    write_lock(bench.lock_path, bench.make(bench.manifest()))
    with open(bench.lock_path, encoding="utf-8") as file:
        locked = json.load(file)
    assert locked["archives"]["tiny"].pop("mirrors") == [bench.archive.url]
    assert "file:" not in json.dumps(locked)


def test_the_program_writes_checks_and_explains(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.manifest()
    # `bazel run` starts programs in another directory and says where the user is.
    environment = {"BUILD_WORKSPACE_DIRECTORY": bench.directory}
    files = ["--manifest", "tiny.yaml", "--lock", "tiny.lock.json"]

    assert program.main(files, environment=environment) == 0
    printed = capsys.readouterr().out
    assert "amd64: 3 packages" in printed
    days = (datetime.now(UTC) - datetime(2020, 1, 1, tzinfo=UTC)).days
    # Nothing shows whether a first lock is of a frozen mirror, so its age is reported.
    assert printed.splitlines()[0] == (
        "tiny tiny: locked for the first time, as signed on 2020-01-01T00:00:00Z "
        f"({days} days ago), no expiry"
    )
    with open(bench.lock_path, "rb") as file:
        first = file.read()

    assert program.main([*files, "--check"], environment=environment) == 0
    assert program.main([*files, "--explain", "lib"], environment=environment) == 0
    assert capsys.readouterr().out == (
        "lib: 1.5  [amd64]\n└─ app needs lib (>= 1.0)\n   └─ the manifest wants app\n"
    )

    assert program.main(files, environment=environment) == 0
    printed = capsys.readouterr().out
    assert "no package changed" in printed
    assert "for the first time" not in printed
    with open(bench.lock_path, "rb") as file:
        assert file.read() == first

    bench.archive.add("lib", "1.6")
    bench.archive.publish()
    assert program.main(files, environment=environment) == 0
    assert "* lib 1.5 -> 1.6" in capsys.readouterr().out

    bench.manifest(packages="[app, lib]")
    assert program.main([*files, "--check"], environment=environment) == 1
    error = capsys.readouterr().err
    assert error.startswith("error: tiny.lock.json was not made from tiny.yaml as it is now\n")


def test_errors_reach_the_user_without_a_traceback(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = bench.manifest(packages="[ap]")
    assert program.main(["--manifest", manifest, "--lock", bench.lock_path]) == 1
    assert capsys.readouterr().err == (
        f'error: {manifest}:9: amd64: there is no package "ap" in any index of the manifest\n'
        '  Did you mean "app"?\n'
    )
    assert not os.path.exists(bench.lock_path)


def test_a_dependency_that_nobody_has(bench: Bench) -> None:
    bench.archive.add("broken", depends="lib (>= 2)")
    bench.archive.publish()
    bench.manifest(packages="[broken]")
    bench.fails(PlinthError, "broken 1.0 needs lib (>= 2)", "lib 1.5 (tiny tiny)")


def test_a_misspelt_omission(bench: Bench) -> None:
    bench.manifest(extra="omit: [debcon]\n")
    bench.fails(PlinthError, '"debcon" under omit:', 'Did you mean "debconf"?')


def test_a_tampered_inrelease(bench: Bench) -> None:
    _edit(bench.archive.path("dists/tiny/InRelease"), lambda data: data.replace(b"Tiny", b"Evil"))
    bench.manifest()
    bench.fails(SignatureError, f"{bench.archive.url}/dists/tiny/InRelease", "bad signature")


def test_an_inrelease_signed_by_somebody_else(bench: Bench) -> None:
    stranger = new_key("Stranger")
    bench.archive.publish(signer=stranger)
    bench.manifest()
    bench.fails(SignatureError, "which the manifest does not trust (keys: tiny.asc)")


def test_a_page_instead_of_an_inrelease(bench: Bench) -> None:
    _edit(bench.archive.path("dists/tiny/InRelease"), lambda _: b"<html>Please log in</html>")
    bench.manifest()
    bench.fails(SignatureError, "dists/tiny/InRelease: this is not a signed file", "login page")


def test_bytes_around_the_signed_ones(bench: Bench) -> None:
    path = bench.archive.path("dists/tiny/InRelease")
    _edit(path, lambda data: data + b"Origin: Evil\n")
    bench.manifest()
    bench.fails(SignatureError, "bytes after the signature")
    _edit(path, lambda data: b"Origin: Evil\n" + data)
    bench.fails(SignatureError, "not a signed file")


def test_a_truncated_inrelease(bench: Bench) -> None:
    _edit(bench.archive.path("dists/tiny/InRelease"), lambda data: data[:-200])
    bench.manifest()
    bench.fails(SignatureError, "cut short")


def test_a_tampered_index(bench: Bench) -> None:
    for where, _, files in os.walk(bench.archive.path("dists/tiny/main")):
        for name in files:
            _edit(os.path.join(where, name), lambda data: data[:-1] + b"!")
    bench.manifest()
    bench.fails(FetchError, "main/binary-amd64/Packages.xz of tiny tiny", "by-hash", "wrong sha256")


def test_a_mirror_in_the_middle_of_an_update(bench: Bench) -> None:
    # The new index has its new name already, but the old file is still under the usual name.
    path = bench.archive.path("dists/tiny/main/binary-amd64/Packages.xz")
    _edit(path, lambda _: b"the index of yesterday")
    assert bench.make(bench.manifest()).packages["amd64"]


def test_an_expired_release(bench: Bench) -> None:
    bench.archive.publish(valid_until="Wed, 08 Jan 2020 00:00:00 UTC")
    bench.manifest()
    assert bench.make(bench.manifest(), NOW).packages
    bench.fails(
        ExpiredError,
        "dists/tiny/InRelease: it expired on 2020-01-08",
        "check_valid_until: false",
        now=NOW + timedelta(days=7),
    )
    tolerant = bench.manifest(archive_extra="    check_valid_until: false\n")
    assert bench.make(tolerant, NOW + timedelta(days=7)).packages


def test_an_older_release_than_the_locked_one(bench: Bench) -> None:
    manifest = bench.manifest()
    write_lock(bench.lock_path, bench.make(manifest))
    bench.archive.publish(date="Tue, 31 Dec 2019 00:00:00 UTC")
    bench.fails(ReplayedError, "dated 2019-12-31", "2020-01-01", "--allow-older")
    assert bench.make(manifest, allow_older=True).packages


def test_a_release_from_the_future(bench: Bench) -> None:
    bench.manifest()
    bench.fails(ReleaseError, "in the future", "clock", now=NOW - timedelta(days=2))


def test_another_suite_than_asked_for(bench: Bench) -> None:
    bench.archive.publish(suite="other", codename="other")
    bench.manifest()
    bench.fails(UnsuitableError, 'this is the suite "other", not "tiny"')


def test_a_suite_that_has_become_another_release(bench: Bench) -> None:
    bench.archive.publish(codename="old")
    manifest = bench.manifest()
    write_lock(bench.lock_path, bench.make(manifest))
    bench.archive.publish(codename="new")
    bench.fails(
        UnsuitableError,
        'dists/tiny/InRelease: "tiny" is "new" now; the lock was made when it was "old"',
        "Write old in the manifest to stay, or remove the lock to move on.",
    )
    os.remove(bench.lock_path)
    assert bench.make(manifest).packages


def test_a_component_or_an_architecture_that_is_not_there(bench: Bench) -> None:
    manifest = bench.manifest()
    _edit(manifest, lambda data: data.replace(b"[main]", b"[contrib]"))
    bench.fails(UnsuitableError, 'tiny tiny: there is no component "contrib"', "It has: main.")
    manifest = bench.manifest()
    _edit(manifest, lambda data: data.replace(b"[amd64]", b"[amd64, s390x]"))
    bench.fails(UnsuitableError, 'no packages for "s390x"', "It has: amd64.")


def test_a_mirror_that_is_down(bench: Bench) -> None:
    manifest = bench.manifest()
    dead = b"http://127.0.0.1:9/tiny"
    _edit(manifest, lambda data: data.replace(bench.archive.url.encode(), dead))
    bench.fails(
        FetchError,
        "InRelease of tiny tiny",
        "http://127.0.0.1:9/tiny/dists/tiny/InRelease",
        "connection refused",
        "PLINTH_MIRRORS",
    )


def test_a_misspelt_suite(bench: Bench) -> None:
    _edit(bench.manifest(), lambda data: data.replace(b"[tiny]", b"[tinny]"))
    url = f"{bench.archive.url}/dists/tinny/InRelease"
    bench.fails(UnsuitableError, "tiny tinny: no mirror has this suite", url, "Check the name")


def test_a_package_that_its_archive_describes_wrongly(bench: Bench) -> None:
    bench.archive.add("odd", depends="lib (~> 1)")
    bench.archive.publish()
    bench.manifest(packages="[odd]")
    place = "tiny tiny main/binary-amd64/Packages.xz: package odd"
    bench.fails(IndexEntryError, f"{place}: Depends: invalid relation", "lib (~> 1)")


def test_a_release_that_its_archive_wrote_wrongly(bench: Bench) -> None:
    bench.archive.publish(date="yesterday")
    bench.manifest()
    bench.fails(UnsuitableError, "dists/tiny/InRelease", 'invalid date "yesterday"')


def test_the_next_mirror_is_used_when_one_is_down(bench: Bench) -> None:
    manifest = bench.manifest()
    _edit(manifest, lambda data: data.replace(b"mirrors: [", b"mirrors: [http://127.0.0.1:9/x, "))
    assert bench.make(manifest).packages["amd64"]


def test_a_key_that_is_not_there(bench: Bench) -> None:
    manifest = bench.manifest()
    _edit(manifest, lambda data: data.replace(b"tiny.asc", b"debian-31"))
    bench.fails(SignatureError, 'key "debian-31"', "Keys that ship with Plinth: debian-12")


def test_packages_that_do_not_go_together(bench: Bench) -> None:
    bench.archive.add("rival", conflicts="lib")
    bench.archive.publish()
    bench.manifest(packages="[app, rival]")
    bench.fails(PlinthError, "rival 1.0 conflicts with lib")


def test_two_architectures_share_one_index_download(bench: Bench) -> None:
    bench.archive.architectures = ("amd64", "arm64")
    bench.archive.publish()
    lock = bench.make(bench.manifest())
    assert lock.packages["amd64"] == lock.packages["arm64"]


def test_the_lock_must_lie_beside_its_directories(tmp_path: pathlib.Path) -> None:
    (tmp_path / "m.json").write_text(
        json.dumps(
            {
                "version": 1,
                "archives": {"vendor": {"directory": "debs"}},
                "architectures": ["amd64"],
                "packages": ["own"],
            }
        )
    )
    (tmp_path / "debs").mkdir()
    Deb(name="own").write(tmp_path / "debs")
    environment = {"BUILD_WORKSPACE_DIRECTORY": str(tmp_path)}
    assert program.main(["--manifest", "m.json", "--lock", "l.json"], environment=environment) == 0
    os.mkdir(tmp_path / "elsewhere")
    arguments = ["--manifest", "m.json", "--lock", "elsewhere/l.json"]
    assert program.main(arguments, environment=environment) == 1


def _edit(path: str, change: Callable[[bytes], bytes]) -> None:
    with open(path, "rb") as file:
        data = file.read()
    with open(path, "wb") as file:
        file.write(change(data))
