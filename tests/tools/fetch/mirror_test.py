"""Where an archive is looked for: what is configured, what the host's apt knows, the snapshots."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tools.fetch.mirror import MirrorError, base_urls

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

STAMP = "20261121T091544Z"
SNAPSHOT = f"https://snapshot.debian.org/archive/debian/{STAMP}"


@pytest.fixture
def apt(tmp_path: Path) -> Path:
    (tmp_path / "sources.list.d").mkdir()
    return tmp_path


def urls(
    apt: Path,
    *,
    archive: str = "debian",
    configured: Sequence[str] = (),
    stamp: str | None = None,
    mirrors: str = "",
) -> tuple[str, ...]:
    environment = {"PLINTH_MIRRORS": mirrors} if mirrors else {}
    return base_urls(
        archive,
        configured=configured,
        stamp=stamp,
        environment=environment,
        apt_directory=str(apt),
    )


def test_the_order_is_environment_manifest_apt_snapshot(apt: Path) -> None:
    (apt / "sources.list").write_text("deb http://apt.example/debian trixie main\n")
    assert urls(
        apt,
        mirrors="debian=http://mine.example/debian/ other=http://other.example/",
        configured=["https://manifest.example/debian"],
        stamp=STAMP,
    ) == (
        "http://mine.example/debian",
        "https://manifest.example/debian",
        "http://apt.example/debian",
        SNAPSHOT,
    )


def test_a_manifest_may_ask_for_the_snapshot_service_first(apt: Path) -> None:
    (apt / "sources.list").write_text("deb http://apt.example/debian trixie main\n")
    assert urls(apt, configured=["snapshot"], stamp=STAMP) == (
        SNAPSHOT,
        "http://apt.example/debian",
    )


def test_one_mirror_named_twice_is_asked_once(apt: Path) -> None:
    (apt / "sources.list").write_text(
        "deb http://apt.example/debian trixie main\n"
        "deb http://apt.example/debian/ trixie-updates main\n"
    )
    assert urls(apt, mirrors="debian=http://apt.example/debian") == ("http://apt.example/debian",)


def test_without_any_configuration_nothing_is_guessed(tmp_path: Path) -> None:
    assert urls(tmp_path / "absent") == ()


def test_only_uris_that_end_in_the_name_of_the_archive_count(apt: Path) -> None:
    (apt / "sources.list").write_text(
        "deb http://apt.example/debian-security trixie-security main\n"
        "deb http://apt.example/ubuntu noble main\n"
    )
    assert urls(apt) == ()
    assert urls(apt, archive="debian-security") == ("http://apt.example/debian-security",)


def test_one_line_sources(apt: Path) -> None:
    (apt / "sources.list.d" / "b.list").write_text(
        "# deb http://comment.example/debian trixie main\n"
        "deb-src http://source.example/debian trixie main\n"
        "deb\t[ signed-by=/k.gpg arch=amd64 ] http://b.example/debian trixie main # the nearest\n"
        "deb\n"
    )
    (apt / "sources.list.d" / "a.list").write_text("deb http://a.example/debian trixie main")
    (apt / "sources.list.d" / "c.list.bak").write_text("deb http://c.example/debian trixie main")
    assert urls(apt) == ("http://a.example/debian", "http://b.example/debian")


def test_deb822_sources(apt: Path) -> None:
    (apt / "sources.list.d" / "debian.sources").write_text(
        "Types: deb\n"
        "# http://comment.example/debian\n"
        "URIs: http://a.example/debian http://a.example/debian-security\n"
        "  http://b.example/debian\n"
        "Suites: trixie\n"
        "\n"
        "Types: deb deb-src\n"
        "URIs: http://off.example/debian\n"
        "Enabled: no\n"
        "\n\n"
        "types: deb-src\n"
        "uris: http://source.example/debian\n"
        "\n"
        "types: deb deb-src\n"
        "uris:\n"
        " http://c.example/debian\n"
    )
    assert urls(apt) == (
        "http://a.example/debian",
        "http://b.example/debian",
        "http://c.example/debian",
    )


def test_lists_of_mirrors(apt: Path) -> None:
    (apt / "mirrors").write_text(
        "# company mirrors\n"
        "http://near.example/debian/\tpriority:1\n"
        "http://near.example/debian-security/\n"
        "https://far.example/debian\n"
    )
    (apt / "sources.list.d" / "debian.sources").write_text(
        f"Types: deb\nURIs: mirror+file:{apt}/mirrors\nSuites: trixie\n"
    )
    assert urls(apt) == ("http://near.example/debian", "https://far.example/debian")


def test_methods_that_we_cannot_speak_are_passed_over(apt: Path) -> None:
    (apt / "sources.list").write_text(
        "deb cdrom:[Debian]/debian trixie main\n"
        "deb tor+http://onion.example/debian trixie main\n"
        "deb copy:/srv/debian trixie main\n"
    )
    assert urls(apt) == ("file:/srv/debian",)


@pytest.mark.parametrize("item", ["http://mine.example/debian", "debian=", "=http://x.example"])
def test_a_malformed_variable_is_explained(apt: Path, item: str) -> None:
    with pytest.raises(MirrorError) as caught:
        urls(apt, mirrors=item)
    assert str(caught.value).startswith(f'$PLINTH_MIRRORS: "{item}": not of the form NAME=URL')


def test_something_that_is_no_url_is_explained(apt: Path) -> None:
    with pytest.raises(MirrorError, match=r"mirrors of archive debian: .*not a mirror's URL"):
        urls(apt, configured=["mirror.example/debian"])


def test_the_snapshot_service_needs_a_date(apt: Path) -> None:
    with pytest.raises(MirrorError, match=r"needs a date"):
        urls(apt, configured=["snapshot"])
