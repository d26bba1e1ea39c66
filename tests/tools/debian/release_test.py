"""Release files: the fields that trust and choice depend on."""

from datetime import UTC, datetime

import pytest

from tools.debian.release import IndexFile, parse_date, parse_release
from tools.errors import FormatError

DIGEST = "ab" * 32
RELEASE = f"""\
Origin: Debian
Suite: stable-security
Codename: trixie-security
Date: Sat, 21 Nov 2026 00:53:03 UTC
Valid-Until: Sat, 28 Nov 2026 00:53:03 UTC
Acquire-By-Hash: yes
Architectures: amd64 arm64
Components: updates/main updates/contrib
SHA256:
 {DIGEST}     2351 main/binary-amd64/Packages
 {DIGEST}        0 main/binary-arm64/Packages.xz
"""


def test_a_security_suite() -> None:
    release = parse_release(RELEASE.encode())
    assert (release.suite, release.codename) == ("stable-security", "trixie-security")
    assert release.date == datetime(2026, 11, 21, 0, 53, 3, tzinfo=UTC)
    assert release.valid_until == datetime(2026, 11, 28, 0, 53, 3, tzinfo=UTC)
    assert release.acquire_by_hash
    assert release.has_component("main")
    assert not release.has_component("ain")
    assert not release.not_automatic
    assert release.indexes["main/binary-amd64/Packages"] == IndexFile(
        "main/binary-amd64/Packages", DIGEST, 2351
    )


def test_a_release_need_not_expire() -> None:
    text = RELEASE.replace("Valid-Until: Sat, 28 Nov 2026 00:53:03 UTC\n", "")
    assert parse_release(text.encode()).valid_until is None


@pytest.mark.parametrize(
    ("architectures", "extra", "separate"),
    [
        ("amd64", "", False),
        ("all amd64", "", True),
        ("all amd64", "No-Support-for-Architecture-all: Packages\n", False),
    ],
)
def test_where_packages_for_all_architectures_are(
    architectures: str, extra: str, separate: bool
) -> None:
    text = extra + RELEASE.replace("amd64 arm64", architectures)
    assert parse_release(text.encode()).architecture_all_is_separate is separate


@pytest.mark.parametrize(
    "size", ["-1", "+1", "1_0", "\u00b2", "\uff11", "1e3", "0x1", "9" * 5000, "x"]
)
def test_a_size_that_is_none(size: str) -> None:
    with pytest.raises(FormatError, match="expected DIGEST SIZE PATH"):
        parse_release(RELEASE.replace("    2351 ", f" {size} ").encode())


def test_a_path_with_two_digests() -> None:
    line = f" {DIGEST}     2351 main/binary-amd64/Packages\n"
    assert parse_release((RELEASE + line).encode()).indexes
    with pytest.raises(FormatError, match="the path is there twice"):
        parse_release((RELEASE + line.replace("ab", "cd")).encode())


@pytest.mark.parametrize("name", ["Origin", "Codename", "Components"])
def test_fields_that_would_reach_a_terminal(name: str) -> None:
    with pytest.raises(FormatError, match="should be text of one line"):
        parse_release(RELEASE.replace(f"{name}: ", f"{name}: \x1b[2J").encode())


def test_a_date_in_other_digits() -> None:
    with pytest.raises(FormatError, match="expected the form"):
        parse_date("Sat, 21 Nov \u0662\u0660\u0662\u0666 00:53:03 UTC")


def test_weak_digests_are_refused() -> None:
    with pytest.raises(FormatError, match="SHA256"):
        parse_release(RELEASE.replace("SHA256:", "MD5Sum:").encode())


def test_a_broken_table_names_its_line() -> None:
    with pytest.raises(FormatError, match="0 main/binary-arm64"):
        parse_release(RELEASE.replace(f"{DIGEST}        0", "short 0").encode())


@pytest.mark.parametrize(
    "text", ["", "yesterday", "Sat, 32 Nov 2026 00:00:00 UTC", "Sat, 21 Nov 2026 00:53:03 CEST"]
)
def test_dates_must_be_utc(text: str) -> None:
    with pytest.raises(FormatError, match="date"):
        parse_date(text)
