"""Checks that a Release file with a trusted signature is also the one to use now.

It must be of the suite that was asked for, and neither expired, nor from the future, nor older than
what was locked before, nor of another release.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tools.debian.release import Release
from tools.errors import PlinthError, is_clock_right
from tools.lock.archive.signature import Keyring


class ReleaseError(PlinthError):
    """A suite's Release file is genuine, but not to be used.

    Attributes:
        where: its URL.
        problem: what is wrong.
        cure: what to do.
    """

    def __init__(self, where: str, problem: str, cure: str) -> None:
        self.where = where
        self.problem = problem
        self.cure = cure
        super().__init__(f"{where}: {problem}\n  {cure}")


class ExpiredError(ReleaseError):
    """Its Valid-Until has passed."""


class ReplayedError(ReleaseError):
    """It is older than the one that was locked before."""


class UnsuitableError(ReleaseError):
    """It lacks what the manifest asks for, or it is another suite's."""


@dataclass(frozen=True, slots=True)
class Trust:
    """What a Release file of an archive must satisfy.

    Attributes:
        keyring: the keys of which one must have signed it.
        now: the time to compare with, UTC.
        not_before: the date of the Release that is locked already; None when there is none.
        check_valid_until: whether its own expiry counts.
        not_after: the instant that the manifest pins; None when it pins none.
        codename: of the Release that is locked already; None when there is none.
    """

    keyring: Keyring
    now: datetime
    not_before: datetime | None
    check_valid_until: bool
    not_after: datetime | None
    codename: str | None = None


def check_release(release: Release, name: str, trust: Trust, where: str) -> None:
    """Refuses a Release file that is genuine, but not the one to be used.

    Args:
        release: what it says.
        name: of the suite in the manifest.
        trust: what to compare with.
        where: its URL, for messages.

    Raises:
        ReleaseError: it is expired, replayed, from the future, or another suite's.
    """
    _check_name(release, name, where)
    _check_codename(release, name, trust, where)
    _check_dates(release, trust, where)


def is_flat(suite: str) -> bool:
    """Return whether a suite is the path of a flat repository (sources.list(5))."""
    return suite.endswith("/")


# How far a mirror's clock and ours may disagree.
_CLOCK_TOLERANCE = timedelta(hours=1)


def _check_name(release: Release, name: str, url: str) -> None:
    # A directory may be named after the suite or the codename ("stable", "trixie"), and old
    # security suites have a second part ("buster/updates").
    if is_flat(name) or name in (release.codename, release.suite):
        return
    if name.partition("/")[0] == release.codename:
        return
    raise UnsuitableError(
        url,
        f'this is the suite "{release.codename or release.suite}", not "{name}"',
        "The mirror mixes up its suites, or it is attacked. Use another mirror.",
    )


def _check_codename(release: Release, name: str, trust: Trust, url: str) -> None:
    # "stable" becomes another release one day. apt-get(8) then needs --allow-releaseinfo-change.
    if is_flat(name) or not trust.codename:
        return
    if not release.codename:
        raise UnsuitableError(
            url,
            f'it has no Codename; the lock was made when "{name}" was "{trust.codename}"',
            "Use another mirror. If the archive dropped the field, remove the lock to start again.",
        )
    if trust.codename != release.codename:
        raise UnsuitableError(
            url,
            f'"{name}" is "{release.codename}" now; the lock was made when it was '
            f'"{trust.codename}"',
            f"Write {trust.codename} in the manifest to stay, or remove the lock to move on.",
        )


def _check_dates(release: Release, trust: Trust, url: str) -> None:
    date = release.date
    if date > trust.now + _CLOCK_TOLERANCE:
        raise ReleaseError(
            url, f"it is dated {date:%Y-%m-%d %H:%M} UTC, in the future", is_clock_right()
        )
    if trust.not_after and date > trust.not_after:
        raise UnsuitableError(
            url,
            f"it is dated {date:%Y-%m-%d %H:%M} UTC, after the snapshot that the manifest pins",
            "Pin a later snapshot, or use a mirror that serves the pinned one.",
        )
    if release.valid_until and trust.check_valid_until and release.valid_until < trust.now:
        raise ExpiredError(
            url,
            f"it expired on {release.valid_until:%Y-%m-%d %H:%M} UTC: the mirror is behind, or "
            "updates are withheld from you",
            f"{is_clock_right()} Use another mirror. If this state is wanted, pin it with "
            "snapshot:, or write check_valid_until: false for this archive.",
        )
    if trust.not_before and date < trust.not_before:
        raise ReplayedError(
            url,
            f"it is dated {date:%Y-%m-%d %H:%M} UTC, but the lock was made from a newer one "
            f"({trust.not_before:%Y-%m-%d %H:%M} UTC)",
            "Use another mirror, or use --allow-older if you want to go back.",
        )
