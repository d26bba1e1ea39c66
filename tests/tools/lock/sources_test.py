"""Archives of every shape that apt reads, and packages that are in none."""

from __future__ import annotations

import gzip
import hashlib
import json
import pathlib
from collections.abc import Mapping
from datetime import UTC, datetime

import pysequoia
import pytest

from tests.tools.deb_builder import Deb
from tests.tools.lock.tiny_archive import TinyArchive, new_key, public_key
from tools.errors import PlinthError
from tools.fetch.download import Downloader, FetchError
from tools.fetch.mirror import SNAPSHOT_SERVICE
from tools.lock.archive.debs import DebError
from tools.lock.archive.signature_error import SignatureError
from tools.lock.archive.trust import UnsuitableError
from tools.lock.lockfile.lockfile import Lock
from tools.lock.lockfile.urls import urls_of
from tools.lock.make_lock import Surroundings, make_lock
from tools.lock.manifest import read_manifest
from tools.lock.mirror import pool_path

NOW = datetime(2020, 1, 2, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: pathlib.Path) -> TinyArchive:
    archive = TinyArchive(str(tmp_path / "archive"))
    archive.add("app", depends="lib")
    archive.add("lib")
    (tmp_path / "tiny.asc").write_text(public_key(archive.key))
    return archive


def lock(
    directory: pathlib.Path,
    archives: Mapping[str, object],
    packages: list[object],
    environment: Mapping[str, str] | None = None,
    **more: object,
) -> Lock:
    path = directory / "m.json"
    manifest = {"version": 1, "archives": archives, "architectures": ["amd64"], **more}
    path.write_text(json.dumps({**manifest, "packages": packages}))
    surroundings = Surroundings(
        Downloader(rounds=1), environment or {}, str(directory / "no-apt"), NOW
    )
    return make_lock(read_manifest(str(path)), surroundings).lock


def tiny(archive: TinyArchive, **more: object) -> dict[str, object]:
    entry: dict[str, object] = {
        "mirrors": [archive.url],
        "suites": [archive.suite],
        "components": ["main"],
        "keys": ["tiny.asc"],
    }
    if archive.suite.endswith("/"):
        del entry["components"]
    return {"tiny": {**entry, **more}}


def names(made: Lock) -> str:
    return " ".join(f"{each.name}/{each.archive}" for each in made.packages["amd64"])


@pytest.mark.parametrize("compression", [".xz", ".gz", ""])
@pytest.mark.parametrize("suite", ["tiny", "./", "/", "debian12/x86_64/"])
@pytest.mark.parametrize("detached", [False, True])
def test_every_shape_of_archive(
    archive: TinyArchive, tmp_path: pathlib.Path, compression: str, suite: str, detached: bool
) -> None:
    archive.compression, archive.suite, archive.detached = compression, suite, detached
    archive.publish()
    made = lock(tmp_path, tiny(archive), ["app"])
    assert names(made) == "app/tiny lib/tiny"
    locked = made.archives["tiny"].suites[suite]
    signed = "Release" if detached else "InRelease"
    with open(archive.path(archive.release_directory + signed), "rb") as file:
        assert locked.inrelease_sha256 == hashlib.sha256(file.read()).hexdigest()
    assert locked.signed_by == (archive.key.extract_certificate().fingerprint.upper(),)


def test_an_archive_that_lacks_an_architecture(
    archive: TinyArchive, tmp_path: pathlib.Path
) -> None:
    archive.architectures = ("amd64", "arm64")
    archive.publish()
    security = TinyArchive(str(tmp_path / "security"), archive.key)
    security.add("lib", "1.1")
    security.publish()
    entry = tiny(security)["tiny"]
    both = ["amd64", "arm64"]
    with pytest.raises(UnsuitableError, match=r'no packages for "arm64".*\n.*architectures:'):
        lock(tmp_path, {**tiny(archive), "security": entry}, ["app"], architectures=both)

    assert isinstance(entry, dict)
    entry["architectures"] = ["amd64"]
    made = lock(tmp_path, {**tiny(archive), "security": entry}, ["app"], architectures=both)
    assert {
        architecture: [str(each.version) for each in packages if each.name == "lib"]
        for architecture, packages in made.packages.items()
    } == {"amd64": ["1.1"], "arm64": ["1.0"]}


def ubuntu(directory: pathlib.Path, suite: str, key: pysequoia.Tsk) -> TinyArchive:
    """Return what Ubuntu does differently: Release files, and where ports are."""
    architectures = ("amd64", "arm64")
    return TinyArchive(
        str(directory),
        key,
        suite,
        architectures,
        components=("main", "universe"),
        compression=".gz",
    )


def test_ubuntu_has_its_ports_elsewhere(tmp_path: pathlib.Path) -> None:
    key = new_key("Ubuntu")
    (tmp_path / "ubuntu.asc").write_text(public_key(key))
    # One Release file for all architectures; each place has the indexes of some of them. The
    # codename of updates is that of the release.
    for name, architecture, other in (
        ("ubuntu", "amd64", "arm64"),
        ("ubuntu-ports", "arm64", "amd64"),
    ):
        release = ubuntu(tmp_path / name, "noble", key)
        release.add("lib", architecture=architecture, multi_arch="same")
        release.add("app", architecture=architecture, depends="lib", component="universe")
        updates = ubuntu(tmp_path / name, "noble-updates", key)
        updates.add(
            "lib",
            "1.1",
            architecture=architecture,
            multi_arch="same",
            phased_update_percentage="10",
        )
        for archive in (release, updates):
            archive.publish(
                origin="Ubuntu",
                label="Ubuntu",
                version="24.04",
                codename="noble",
                md5sum="\n 0 0 x",
            )
            for index in (tmp_path / name).glob(f"dists/*/*/binary-{other}/**/*"):
                if index.is_file():
                    index.unlink()

    def entry(name: str, **more: object) -> dict[str, object]:
        return {
            "mirrors": [f"file://{tmp_path / name}"],
            "suites": ["noble", "noble-updates"],
            "components": ["main", "universe"],
            "keys": ["ubuntu.asc"],
            **more,
        }

    both = ["amd64", "arm64"]
    made = lock(
        tmp_path,
        {
            "ubuntu": entry("ubuntu", architectures=["amd64"]),
            "ubuntu-ports": entry("ubuntu-ports", architectures=["arm64"]),
        },
        ["app"],
        architectures=both,
    )
    # What is phased is held back from upgrades only.
    assert {
        architecture: [f"{each.name} {each.version} {each.archive}" for each in packages]
        for architecture, packages in made.packages.items()
    } == {
        "amd64": ["app 1.0 ubuntu", "lib 1.1 ubuntu"],
        "arm64": ["app 1.0 ubuntu-ports", "lib 1.1 ubuntu-ports"],
    }
    with pytest.raises(FetchError, match=r"binary-arm64/Packages\.gz of ubuntu noble"):
        lock(tmp_path, {"ubuntu": entry("ubuntu")}, ["app"], architectures=both)


def test_the_snapshot_service_has_no_flat_repositories(
    archive: TinyArchive, tmp_path: pathlib.Path
) -> None:
    archive.suite = "./"
    archive.publish()
    assert lock(tmp_path, tiny(archive), ["app"]).archives["tiny"].snapshot is None


def test_flat_releases_need_not_say_much(archive: TinyArchive, tmp_path: pathlib.Path) -> None:
    archive.suite = "./"
    archive.publish(suite="", codename="", components="", architectures="", acquire_by_hash="no")
    assert names(lock(tmp_path, tiny(archive), ["app"])) == "app/tiny lib/tiny"


def test_a_flat_repository_that_is_none(archive: TinyArchive, tmp_path: pathlib.Path) -> None:
    archive.suite = "./"
    archive.publish(sha256="")
    with pytest.raises(UnsuitableError, match="lists no Packages file"):
        lock(tmp_path, tiny(archive), ["app"])


@pytest.mark.parametrize("damage", [b"", b"no signature", b"\x88\x09short"])
def test_a_detached_signature_that_is_none(
    archive: TinyArchive, tmp_path: pathlib.Path, damage: bytes
) -> None:
    archive.detached = True
    archive.publish()
    pathlib.Path(archive.path("dists/tiny/Release.gpg")).write_bytes(damage)
    with pytest.raises(SignatureError, match="holds no signature"):
        lock(tmp_path, tiny(archive), ["app"])


def test_a_detached_signature_of_something_else(
    archive: TinyArchive, tmp_path: pathlib.Path
) -> None:
    archive.detached = True
    archive.publish()
    path = pathlib.Path(archive.path("dists/tiny/Release"))
    path.write_bytes(path.read_bytes() + b"Origin: Evil\n")
    with pytest.raises(SignatureError, match="bad signature"):
        lock(tmp_path, tiny(archive), ["app"])
    archive.publish(signer=new_key("Stranger"))
    with pytest.raises(SignatureError, match="which the manifest does not trust"):
        lock(tmp_path, tiny(archive), ["app"])


def test_one_good_signature_among_several(archive: TinyArchive, tmp_path: pathlib.Path) -> None:
    archive.detached = True
    archive.publish()
    path = pathlib.Path(archive.path("dists/tiny/Release"))
    sign = [new_key("Other"), archive.key]
    signatures = [
        pysequoia.sign(key.signer(), path.read_bytes(), mode=pysequoia.SignatureMode.DETACHED)
        for key in sign
    ]
    path.with_suffix(".gpg").write_bytes(b"".join(signatures))
    made = lock(tmp_path, tiny(archive), ["app"])
    assert len(made.archives["tiny"].suites["tiny"].signed_by) == 1


def test_keys_as_signed_by_has_them(archive: TinyArchive, tmp_path: pathlib.Path) -> None:
    archive.publish()
    (tmp_path / "binary.gpg").write_bytes(bytes(archive.key.extract_certificate()))
    other = public_key(new_key("Other"))
    (tmp_path / "two.asc").write_text(other + public_key(archive.key))
    for key in ("tiny.asc", "binary.gpg", "two.asc", public_key(archive.key)):
        assert lock(tmp_path, tiny(archive, keys=[key]), ["app"]).packages["amd64"]


def test_a_form_of_the_index_that_the_mirror_does_not_carry(
    archive: TinyArchive, tmp_path: pathlib.Path
) -> None:
    archive.publish()
    base = "main/binary-amd64/Packages"
    with open(archive.path(f"dists/tiny/{base}.xz"), "rb") as file:
        xz = file.read()
    absent = gzip.compress(b"never served")
    table = "".join(
        f"\n {hashlib.sha256(data).hexdigest()} {len(data)} {base}{suffix}"
        for data, suffix in ((absent, ".gz"), (xz, ".xz"))
    )
    archive.publish(sha256=table)
    made = lock(tmp_path, tiny(archive), ["app"])
    assert list(made.archives["tiny"].suites["tiny"].indexes) == [f"{base}.xz"]


def test_a_priority_of_the_manifest(archive: TinyArchive, tmp_path: pathlib.Path) -> None:
    archive.publish()
    other = TinyArchive(str(tmp_path / "other"), archive.key)
    other.add("lib", "9.0")
    other.publish()
    for priority, chosen in ((100, "tiny"), (600, "other")):
        entries = {**tiny(archive), "other": tiny(other, priority=priority)["tiny"]}
        assert names(lock(tmp_path, entries, ["app"])) == f"app/tiny lib/{chosen}"


def test_one_archive_with_another_suite_for_an_architecture(
    archive: TinyArchive, tmp_path: pathlib.Path
) -> None:
    archive.publish()
    older = TinyArchive(archive.directory, archive.key, suite="older", architectures=("s390x",))
    older.add("app", "0.9")
    older.publish()
    then = {"archive": "tiny", "suites": ["older"], "components": ["main"], "keys": ["tiny.asc"]}
    made = lock(
        tmp_path,
        {
            **tiny(archive, mirrors=[], architectures=["amd64"]),
            "then": {**then, "architectures": ["s390x"]},
        },
        ["app"],
        {"PLINTH_MIRRORS": f"tiny={archive.url}"},
        architectures=["amd64", "s390x"],
    )
    assert names(made) == "app/tiny lib/tiny"
    (app,) = made.packages["s390x"]
    assert (app.version, app.archive, app.suite) == ("0.9", "then", "older")
    # It is fetched from where the archive itself is.
    environment = {"PLINTH_MIRRORS": "tiny=http://mirror.example/tiny then=http://wrong.example"}
    assert urls_of(app, made, environment, str(tmp_path / "no-apt")) == (
        f"http://mirror.example/tiny/{app.filename}",
        f"{SNAPSHOT_SERVICE}/tiny/20200102T000000Z/{app.filename}",
    )
    assert pool_path(app, made) == f"tiny/{app.filename}"


def test_a_directory_of_packages(archive: TinyArchive, tmp_path: pathlib.Path) -> None:
    archive.publish()
    (tmp_path / "debs").mkdir()
    Deb(name="own", control_fields="Depends: lib\n").write(tmp_path / "debs")
    made = lock(tmp_path, {**tiny(archive), "vendor": {"directory": "debs"}}, ["own"])
    assert names(made) == "lib/tiny own/vendor"
    own = made.packages["amd64"][1]
    assert (own.filename, own.depends) == ("own.deb", {"lib": "lib"})
    assert made.archives["vendor"].directory == "debs"


def test_a_single_package_by_its_url(archive: TinyArchive, tmp_path: pathlib.Path) -> None:
    archive.publish()
    deb = Deb(name="single", control_fields="Depends: lib\n").build()
    sha256 = hashlib.sha256(deb).hexdigest()
    # What is asked of mirrors of "url" is its host and path.
    where = tmp_path / "files" / "vendor.example" / "a" / "single.deb"
    where.parent.mkdir(parents=True)
    where.write_bytes(deb)
    made = lock(
        tmp_path,
        tiny(archive),
        [{"deb": "https://vendor.example/a/single.deb", "sha256": sha256}],
        {"PLINTH_MIRRORS": f"url=file://{tmp_path}/files"},
    )
    assert names(made) == "lib/tiny single/url"
    single = made.packages["amd64"][1]
    assert (single.filename, single.sha256) == ("https://vendor.example/a/single.deb", sha256)
    assert pool_path(single, made) == "url/vendor.example/a/single.deb"


def test_directories_without_packages(tmp_path: pathlib.Path, archive: TinyArchive) -> None:
    archive.publish()
    entries = {**tiny(archive), "vendor": {"directory": "debs"}}
    with pytest.raises(DebError, match="debs: cannot read it"):
        lock(tmp_path, entries, ["app"])
    (tmp_path / "debs").mkdir()
    with pytest.raises(DebError, match=r"there is no \.deb file in it"):
        lock(tmp_path, entries, ["app"])
    (tmp_path / "debs" / "x.deb").write_bytes(b"!<arch>\n")
    with pytest.raises(DebError, match=r"debs/x\.deb: not a Debian package"):
        lock(tmp_path, entries, ["app"])


def test_a_package_without_what_it_depends_on(archive: TinyArchive, tmp_path: pathlib.Path) -> None:
    archive.publish()
    made = lock(tmp_path, tiny(archive), [{"name": "app", "depends": "none"}])
    assert names(made) == "app/tiny"
    assert made.omitted == {"amd64": {"lib": ("app",)}}


def test_a_package_with_what_it_recommends(archive: TinyArchive, tmp_path: pathlib.Path) -> None:
    archive.add("rich", recommends="app, not-there | neither")
    archive.publish()
    assert names(lock(tmp_path, tiny(archive), ["rich"])) == "rich/tiny"
    made = lock(tmp_path, tiny(archive), [{"name": "rich", "recommends": True}])
    # What recommended packages recommend is not asked for.
    assert names(made) == "app/tiny lib/tiny rich/tiny"


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"filename": "../../evil.deb"}, "leads out of the archive"),
        ({"filename": "/etc/passwd"}, "leads out of the archive"),
        ({"filename": "http://evil.example/x.deb"}, "leads out of the archive"),
        ({"sha256": "d41d8cd98f00b204e9800998ecf8427e"}, "is not a SHA-256"),
        ({"size": "many"}, "is no number"),
        ({"size": "\u00b2"}, "is no number"),
        ({"size": "9" * 5000}, "is no number"),
        ({"filename": "pool/%2e%2e/x.deb"}, "should be a path below"),
        ({"filename": "pool/x.deb?query"}, "should be a path below"),
        ({"filename": "pool/\x1b[31mx.deb"}, "should be a path below"),
        ({"filename": "@host/x.deb"}, "should be a path below"),
        ({"source": 'a")'}, "Source"),
        ({"source": "../x"}, "Source"),
        ({"source": "tool (1\x1b)"}, "Source"),
    ],
)
def test_entries_that_could_do_harm(
    archive: TinyArchive, tmp_path: pathlib.Path, fields: dict[str, str], problem: str
) -> None:
    archive.add("odd", "1.0", deb=None, **fields)
    archive.publish()
    with pytest.raises(PlinthError, match=problem):
        lock(tmp_path, tiny(archive), ["odd"])
