"""Manifests: what is read, and how a mistake is reported."""

from __future__ import annotations

import json
import os
import pathlib

import pytest

from tools.lock.manifest import Archive, Manifest, ManifestError, read_manifest

GOOD = """\
version: 1
archives:
  debian:
    mirrors: [snapshot, "http://mirror.example/debian/"]
    snapshot: 20261118T000000Z
    suites: [trixie, trixie-updates]
    components: [main]
    keys: [debian-13]
  other:
    suites: [stable]
    components: [main, extra]
    keys: [keys/other.asc]
    check_valid_until: false
architectures: [amd64, arm64]
packages:
  - libc6
  - python3.13 (= 3.13.5-2)
  - golang/trixie-backports
  - bubblewrap [amd64]
omit: [debconf, 0ad]
"""


def read(directory: pathlib.Path, text: str, name: str = "m.yaml") -> Manifest:
    path = os.path.join(directory, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return read_manifest(path, name)


def test_everything_a_manifest_can_say(tmp_path: pathlib.Path) -> None:
    manifest = read(tmp_path, GOOD)
    assert manifest.archives == (
        Archive(
            "debian",
            ("trixie", "trixie-updates"),
            ("main",),
            ("debian-13",),
            ("snapshot", "http://mirror.example/debian"),
            "20261118T000000Z",
        ),
        Archive(
            "other", ("stable",), ("main", "extra"), ("keys/other.asc",), check_valid_until=False
        ),
    )
    assert manifest.architectures == ("amd64", "arm64")
    assert [str(root) for root in manifest.packages] == [
        "libc6",
        "python3.13 (= 3.13.5-2)",
        "golang/trixie-backports",
        "bubblewrap [amd64]",
    ]
    assert manifest.omit == {"debconf", "0ad"}


def test_json_says_the_same(tmp_path: pathlib.Path) -> None:
    text = json.dumps(
        {
            "version": 1,
            "archives": {"debian": {"suites": ["forky"], "components": ["main"], "keys": ["k"]}},
            "architectures": ["amd64"],
            "packages": ["libc6"],
        }
    )
    from_json = read(tmp_path, text, "m.json")
    # JSON is YAML, too.
    assert from_json.digest() == read(tmp_path, text).digest()
    with pytest.raises(ManifestError, match=r"m\.json: archives\.debian: unknown key"):
        read(tmp_path, text.replace('"keys"', '"key"'), "m.json")


def test_the_digest_is_of_the_meaning(tmp_path: pathlib.Path) -> None:
    digest = read(tmp_path, GOOD).digest()
    reordered = GOOD.replace("[amd64, arm64]", "[arm64, amd64] # a comment")
    assert read(tmp_path, reordered).digest() == digest
    for old, new in (
        ("libc6", "libc7"),
        ("[trixie, trixie-updates]", "[trixie-updates, trixie]"),
        ("debian-13", "debian-12"),
        ("check_valid_until: false", "check_valid_until: true"),
    ):
        assert read(tmp_path, GOOD.replace(old, new)).digest() != digest


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "    suites: [stable]",
            "    suits: [stable]",
            'm.yaml:10: archives.other: unknown key "suits"\n  Did you mean "suites"?',
        ),
        (
            "omit:",
            "frobnicate:",
            'm.yaml:20: unknown key "frobnicate"\n  Known keys: version, archives, '
            "architectures, packages, essential, omit, effects.",
        ),
        (
            "    keys: [debian-13]\n",
            "",
            'm.yaml:3: archives.debian: the key "keys" is missing: who signs this archive\n'
            "  Plinth has Debian's, [debian-13]",
        ),
        (
            "omit: [debconf, 0ad]",
            "packages: [x]",
            'm.yaml:20: the key "packages" is there twice',
        ),
        ("version: 1", "version: 2", "m.yaml:1: version: version 2 is not known"),
        ("[amd64, arm64]", "amd64", "m.yaml:14: architectures: expected a list"),
        (
            "[amd64, arm64]",
            "[amd64, aarch64]",
            'm.yaml:14: architectures[1]: "aarch64" is not what Debian calls it\n  Write "arm64".',
        ),
        (
            "(= 3.13.5-2)",
            "(3.13)",
            'm.yaml:17: packages[1]: invalid relation "python3.13 (3.13)": a version is written',
        ),
        ("- libc6", "- libc6:arm64", 'm.yaml:16: packages[0]: "libc6:arm64": a package is locked'),
        (
            "- libc6",
            "- {libc6: 1}",
            'm.yaml:16: packages[0]: unknown key "libc6"\n  Known keys: name',
        ),
        ("- libc6", "- yes", "m.yaml:16: packages[0]: expected a text\n  Put it in quotes"),
        ("- libc6", "- debconf", 'm.yaml:20: omit: "debconf" is both wanted and in omit'),
        ("- libc6", "- bubblewrap [amd64]", 'packages[3]: "bubblewrap [amd64]" is there twice'),
        ("20261118T000000Z", "2026-11-18", 'm.yaml:5: archives.debian.snapshot: "2026-11-18" is'),
        ("[trixie, ", "[../trixie, ", "m.yaml:6: archives.debian.suites[0]:"),
        ('"http://mirror', '"mirror', 'archives.debian.mirrors[1]: "mirror.example/debian/" is'),
        ("false", "nope", "m.yaml:13: archives.other.check_valid_until: expected true or false"),
        ("[main]", "[main", "m.yaml:8: not YAML: "),
        (
            "    suites: [stable]",
            "    archive: mirror.example/debian\n    suites: [stable]",
            'm.yaml:10: archives.other.archive: "mirror.example/debian" cannot name an archive\n'
            "  Use the last part of its URL's path",
        ),
        (
            "    suites: [stable]",
            "    archive: url\n    suites: [stable]",
            'archives.other.archive: "url" is the name for packages that are given by URL',
        ),
        (
            "    suites: [stable]",
            "    archiv: debian\n    suites: [stable]",
            'm.yaml:10: archives.other: unknown key "archiv"\n  Did you mean "archive"?',
        ),
        (
            "    suites: [stable]",
            "    architectures: [arm46]\n    suites: [stable]",
            'm.yaml:10: archives.other.architectures: "arm46" is none of the architectures of this '
            'manifest\n  Did you mean "arm64"?',
        ),
    ],
)
def test_mistakes_are_told_with_file_line_and_cure(
    tmp_path: pathlib.Path, old: str, new: str, expected: str
) -> None:
    assert old in GOOD
    with pytest.raises(ManifestError) as caught:
        read(tmp_path, GOOD.replace(old, new, 1))
    assert expected in str(caught.value)


def test_an_archive_may_have_some_of_the_architectures_only(tmp_path: pathlib.Path) -> None:
    line = "    suites: [stable]\n"
    text = GOOD.replace(line, f"{line}    architectures: [arm64]\n")
    manifest = read(tmp_path, text)
    assert [archive.serves("amd64") for archive in manifest.archives] == [True, False]
    assert manifest.digest() != read(tmp_path, GOOD).digest()

    with pytest.raises(ManifestError) as caught:
        read(tmp_path, text.replace("    mirrors", "    architectures: [arm64]\n    mirrors"))
    assert 'm.yaml:16: architectures: no archive is asked for "amd64"' in str(caught.value)


def test_an_archive_may_have_two_entries(tmp_path: pathlib.Path) -> None:
    line = "    suites: [stable]\n"
    manifest = read(tmp_path, GOOD.replace(line, f"{line}    archive: debian\n"))
    assert [each.name for each in manifest.archives] == ["debian", "other"]
    assert [each.mirror_name for each in manifest.archives] == ["debian", "debian"]
    assert manifest.digest() != read(tmp_path, GOOD).digest()
    # To say what goes without saying means nothing.
    same = GOOD.replace(line, f"{line}    archive: other\n")
    assert read(tmp_path, same).digest() == read(tmp_path, GOOD).digest()


def test_a_file_that_is_not_there_or_empty(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ManifestError, match=r"gone\.yaml: cannot read it: No such file"):
        read_manifest(os.path.join(tmp_path, "gone.yaml"))
    with pytest.raises(ManifestError, match="empty"):
        read(tmp_path, "# nothing\n")
