"""Everything between the archive's key and the locked bytes, altered at one place after another.

Each mutation is refused, with a message of its own that says where and why.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import os
import pathlib
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.tools.deb_builder import Deb
from tests.tools.lock.tiny_archive import TinyArchive, new_key, public_key
from tools.errors import PlinthError
from tools.fetch.download import Downloader
from tools.lock.lockfile.lockfile import write_lock
from tools.lock.make_lock import Surroundings, make_lock
from tools.lock.manifest import read_manifest
from tools.lock.mirror import main as fetch

NOW = datetime(2020, 1, 2, tzinfo=UTC)
INRELEASE = "dists/tiny/InRelease"
INDEX = "dists/tiny/main/binary-amd64/Packages.xz"


class Target:
    """An archive that the mutation may damage."""

    def __init__(self, directory: pathlib.Path) -> None:
        self.archive = TinyArchive(str(directory / "archive"))
        self.archive.add("app", "1.0", depends="lib (>= 1)")
        self.archive.add("lib", "1.0")
        self.archive.publish()

    def edit(self, path: str, change: Callable[[bytes], bytes]) -> None:
        """Change a file of the archive."""
        with open(self.archive.path(path), "rb") as file:
            data = file.read()
        with open(self.archive.path(path), "wb") as file:
            file.write(change(data))

    def publish(self, **fields: str) -> Target:
        """Publish the archive again."""
        self.archive.publish(**fields)  # type: ignore[arg-type]
        return self

    def without(self, path: str) -> None:
        """Remove a file of the archive."""
        os.unlink(self.archive.path(path))

    def edit_index(self, change: Callable[[bytes], bytes]) -> None:
        """Change the index wherever a mirror has it."""
        for where, _, files in os.walk(self.archive.path("dists/tiny/main")):
            for name in files:
                path = os.path.relpath(os.path.join(where, name), self.archive.directory)
                self.edit(path, change)

    def resign(self, change: Callable[[str], str]) -> None:
        """Change the Release file, and signs it with the right key."""
        with open(self.archive.path(INRELEASE), encoding="utf-8") as file:
            text = file.read()
        body = text.partition("\n\n")[2].partition("-----BEGIN PGP SIGNATURE")[0]
        self.archive.sign(change(body.rstrip("\n") + "\n"))

    def only(self, **fields: str) -> None:
        """Publish nothing but app, with these fields."""
        self.archive.stanzas.clear()
        self.stanza(**fields)

    def stanza(self, **fields: str) -> None:
        """Publish another version of app, with these fields."""
        self.archive.add("app", **{"version": "2.0", **fields})  # type: ignore[arg-type]
        self.archive.publish()

    def detach(self) -> Target:
        """Signs as archives without InRelease do."""
        os.unlink(self.archive.path(INRELEASE))
        self.archive.detached = True
        return self.publish()


def _replace(old: str, new: str) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        assert old.encode() in data
        return data.replace(old.encode(), new.encode())

    return change


def _again(pattern: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        changed = re.sub(pattern, new, text, count=1, flags=re.MULTILINE)
        assert changed != text
        return changed

    return change


Mutation = Callable[[Target], object]

# The signature.
SIGNATURE: dict[str, tuple[Mutation, str]] = {
    "text changed": (lambda t: t.edit(INRELEASE, _replace("Tiny", "Evil")), "bad signature"),
    "digest in the table changed": (
        lambda t: t.edit(INRELEASE, lambda d: re.sub(rb"\n [0-9a-f]", b"\n 0", d, count=1)),
        "bad signature",
    ),
    "signature of another file": (
        lambda t: t.publish(origin="Other").edit(
            INRELEASE, _replace("Origin: Other", "Origin: Tiny")
        ),
        "bad signature",
    ),
    "signed by a stranger": (
        lambda t: t.archive.publish(signer=new_key("Stranger")),
        "which the manifest does not trust",
    ),
    "signature garbled": (
        lambda t: t.edit(INRELEASE, lambda d: d.replace(b"\n\nw", b"\n\nA", 1)),
        "",
    ),
    "signature removed": (
        lambda t: t.edit(INRELEASE, lambda d: d[: d.index(b"-----BEGIN PGP SIGNATURE")]),
        "it is cut short",
    ),
    "end removed": (
        lambda t: t.edit(INRELEASE, lambda d: d[: d.index(b"-----END")]),
        "it is cut short",
    ),
    "not signed at all": (
        lambda t: t.edit(INRELEASE, lambda d: d.partition(b"\n\n")[2]),
        "not a signed file",
    ),
    "empty": (lambda t: t.edit(INRELEASE, lambda _: b""), "not a signed file"),
    "a login page": (lambda t: t.edit(INRELEASE, lambda _: b"<html>"), "not a signed file"),
    "text before": (lambda t: t.edit(INRELEASE, lambda d: b"Evil: 1\n" + d), "not a signed file"),
    "text after": (lambda t: t.edit(INRELEASE, lambda d: d + b"Evil: 1\n"), "after the signature"),
    "twice": (lambda t: t.edit(INRELEASE, lambda d: d + d), "after the signature"),
    "another message inside": (
        lambda t: t.edit(INRELEASE, _replace("Origin", "-----BEGIN PGP SIGNED MESSAGE-----")),
        "a second message inside",
    ),
    "text among the headers": (
        lambda t: t.edit(INRELEASE, _replace("Hash: ", "Origin: Evil\nHash: ")),
        "out of order",
    ),
    "detached, text changed": (
        lambda t: t.detach().edit("dists/tiny/Release", _replace("Tiny", "Evil")),
        "bad signature",
    ),
    "detached, signature empty": (
        lambda t: t.detach().edit("dists/tiny/Release.gpg", lambda _: b""),
        "holds no signature",
    ),
    "detached, signature gone": (
        lambda t: t.detach().without("dists/tiny/Release.gpg"),
        "no mirror has this suite",
    ),
}

# The Release file, signed by the right key.
RELEASE: dict[str, tuple[Mutation, str]] = {
    "another suite": (
        lambda t: t.archive.publish(suite="other", codename="other"),
        'this is the suite "other", not "tiny"',
    ),
    "from the future": (
        lambda t: t.archive.publish(date="Sat, 04 Jan 2020 00:00:00 UTC"),
        "in the future",
    ),
    "expired": (
        lambda t: t.archive.publish(valid_until="Wed, 01 Jan 2020 12:00:00 UTC"),
        "it expired on 2020-01-01 12:00",
    ),
    "older than the lock": (
        lambda t: t.archive.publish(date="Tue, 31 Dec 2019 00:00:00 UTC"),
        "the lock was made from a newer one",
    ),
    "no date": (lambda t: t.archive.publish(date=""), 'invalid date ""'),
    "a strange date": (lambda t: t.archive.publish(date="soon"), 'invalid date "soon"'),
    "an impossible date": (
        lambda t: t.archive.publish(date="Wed, 32 Jan 2020 00:00:00 UTC"),
        "invalid date",
    ),
    "a date of another zone": (
        lambda t: t.archive.publish(date="Wed, 01 Jan 2020 00:00:00 PST"),
        "invalid date",
    ),
    "a strange expiry": (lambda t: t.archive.publish(valid_until="never"), 'invalid date "never"'),
    "MD5 only": (lambda t: t.resign(_again("^SHA256:", "MD5Sum:")), "weaker digests are refused"),
    "SHA1 only": (lambda t: t.resign(_again("^SHA256:", "SHA1:")), "weaker digests are refused"),
    "a digest that is too short": (
        lambda t: t.resign(_again("^ [0-9a-f]{64}", " abc")),
        "expected DIGEST SIZE PATH",
    ),
    "a size that is no number": (
        lambda t: t.resign(_again(r"^( [0-9a-f]{64}) \d+", r"\1 many")),
        "expected DIGEST SIZE PATH",
    ),
    "no index listed": (lambda t: t.archive.publish(sha256=""), "there are no packages for"),
    "component gone": (lambda t: t.archive.publish(components="contrib"), 'no component "main"'),
    "a field twice": (lambda t: t.resign(lambda text: "Suite: x\n" + text), "there twice"),
    "not fields": (lambda t: t.resign(lambda text: "hello\n" + text), 'must be "Field: value"'),
    "two paragraphs": (
        lambda t: t.resign(lambda text: text + "\nA: b\n"),
        "expected one paragraph",
    ),
}

# The index: first changed behind the archive's back, then with its signature.
INDEXES: dict[str, tuple[Mutation, str]] = {
    "one bit": (
        lambda t: t.edit_index(lambda d: d[:-1] + bytes([d[-1] ^ 1])),
        "wrong sha256",
    ),
    "cut short": (lambda t: t.edit_index(lambda d: d[:-1]), "truncated"),
    "longer": (lambda t: t.edit_index(lambda d: d + b"\0"), "more than the expected"),
    "of yesterday": (
        lambda t: t.edit_index(lambda d: lzma.compress(b"Package: app\n") + bytes(len(d))),
        "",
    ),
    "gone": (
        lambda t: shutil.rmtree(t.archive.path("dists/tiny/main")),
        "cannot fetch main/binary-amd64/Packages.xz of tiny tiny",
    ),
    "does not unpack": (lambda t: _republish(t, b"no xz"), "it does not unpack"),
    "unpacks to something else": (
        lambda t: _republish(t, lzma.compress(b"Package: app\n"), text=b"other"),
        "it does not unpack to",
    ),
}

# What the index says, signed by the right key.
FIELDS: dict[str, tuple[Mutation, str]] = {
    "version": (lambda t: t.stanza(version="not a version!"), "app: Version: invalid version"),
    "relation": (lambda t: t.stanza(depends="lib (~ 1)"), "app: Depends: invalid relation"),
    "unclosed relation": (lambda t: t.stanza(depends="lib (>= 1"), "a bracket is not closed"),
    "conflict": (lambda t: t.stanza(conflicts="lib ("), "app: Conflicts: invalid relation"),
    "provided name": (lambda t: t.stanza(provides="x (= )"), "app: Provides: invalid relation"),
    "missing dependency": (
        lambda t: t.only(depends="nobody"),
        "no archive has that",
    ),
    "path that leads up": (lambda t: t.stanza(filename="../x.deb"), "leads out of the archive"),
    "path that is absolute": (lambda t: t.stanza(filename="/x.deb"), "leads out of the archive"),
    "path elsewhere": (
        lambda t: t.stanza(filename="https://evil.example/x.deb"),
        "leads out of the archive",
    ),
    "no path": (lambda t: t.stanza(filename=""), "app: Filename: it is missing"),
    "no digest": (lambda t: t.stanza(sha256=""), "app: SHA256: it is missing"),
    "digest of another kind": (lambda t: t.stanza(sha256="d41d8cd9"), "is not a SHA-256"),
    "no size": (lambda t: t.stanza(size=""), "app: Size: it is missing"),
    "negative size": (lambda t: t.stanza(size="-1"), "app: Size:"),
    "source": (lambda t: t.stanza(source="a b"), "app: Source: invalid Source field"),
}


def _republish(target: Target, packed: bytes, text: bytes | None = None) -> None:
    target.edit_index(lambda _: packed)
    files = {"Packages.xz": packed, **({} if text is None else {"Packages": text})}
    table = "".join(
        f"\n {hashlib.sha256(data).hexdigest()} {len(data)} main/binary-amd64/{name}"
        for name, data in files.items()
    )
    body = (
        "Suite: tiny\nCodename: tiny\nDate: Wed, 01 Jan 2020 00:00:00 UTC\n"
        f"Components: main\nSHA256:{table}\n"
    )
    target.archive.sign(body)


TABLE = {
    f"{part}: {name}": mutation
    for part, mutations in (
        ("signature", SIGNATURE),
        ("Release", RELEASE),
        ("index", INDEXES),
        ("field", FIELDS),
    )
    for name, mutation in mutations.items()
}


def lock(directory: pathlib.Path, target: Target) -> None:
    (directory / "tiny.asc").write_text(public_key(target.archive.key))
    manifest = directory / "m.json"
    entry = {"mirrors": [target.archive.url], "suites": ["tiny"], "components": ["main"]}
    manifest.write_text(
        json.dumps(
            {
                "version": 1,
                "archives": {"tiny": {**entry, "keys": ["tiny.asc"]}},
                "architectures": ["amd64"],
                "packages": ["app"],
            }
        )
    )
    previous = None
    if (directory / "l.json").exists():
        from tools.lock.lockfile.lockfile import read_lock  # noqa: PLC0415

        previous = read_lock(str(directory / "l.json"))
    surroundings = Surroundings(Downloader(rounds=1), {}, "/no-apt", NOW, previous)
    made = make_lock(read_manifest(str(manifest)), surroundings)
    write_lock(str(directory / "l.json"), made.lock)


def test_there_are_many() -> None:
    assert len(TABLE) >= 55


@pytest.mark.parametrize("name", TABLE)
def test_refused_with_a_message_of_its_own(name: str, tmp_path: pathlib.Path) -> None:
    mutate, expected = TABLE[name]
    target = Target(tmp_path)
    lock(tmp_path, target)
    before = (tmp_path / "l.json").read_bytes()
    mutate(target)
    with pytest.raises(PlinthError) as caught:
        lock(tmp_path, target)
    message = str(caught.value)
    assert expected in message
    assert message.splitlines()[-1].startswith("  "), "the last line says what to do"
    assert (tmp_path / "l.json").read_bytes() == before


DEBS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "one bit": (lambda d: d[:-1] + bytes([d[-1] ^ 1]), "wrong sha256"),
    "cut short": (lambda d: d[:-1], "truncated"),
    "longer": (lambda d: d + b"\n", "more than the expected"),
    "another package": (lambda d: Deb(name="evil").build()[: len(d)].ljust(len(d)), "wrong sha256"),
    "empty": (lambda _: b"", "truncated: 0 of"),
}


@pytest.mark.parametrize("name", DEBS)
def test_packages_are_what_was_locked(
    name: str, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change, expected = DEBS[name]
    target = Target(tmp_path)
    lock(tmp_path, target)
    target.edit("pool/app_1.0_all.deb", change)
    arguments = ["--lock", str(tmp_path / "l.json"), "--out", str(tmp_path / "pool")]
    # What a truncated file lacks may still come, so this is tried again after a while.
    Downloader.__init__.__kwdefaults__["rounds"] = 1  # type: ignore[index]
    try:
        assert fetch(arguments, environment={}) == 1
    finally:
        Downloader.__init__.__kwdefaults__["rounds"] = 4  # type: ignore[index]
    assert expected in capsys.readouterr().err
