"""Reads an archive's indexes, and uses nothing that a trusted key did not sign.

The steps of trust, in their order: the signature of ``InRelease`` (or of ``Release``, in
``Release.gpg``, where an archive has only that); that it is the suite that was
asked for; that it is neither expired, nor older than what was locked before, nor of another
release; then each Packages file by the size and SHA-256 that ``InRelease`` states.
"""

from __future__ import annotations

import hashlib
import lzma
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from tools.debian.release import IndexFile, Release, parse_release
from tools.errors import FormatError
from tools.fetch.download import FetchError
from tools.lock.archive.decompress import LARGEST_INDEX, unpack
from tools.lock.archive.signature import LARGEST_SIGNED_BYTES, verify, verify_detached
from tools.lock.archive.trust import Trust, UnsuitableError, check_release, is_flat
from tools.lock.manifest import Archive
from tools.lock.resolve.candidates import AUTOMATIC


class Fetches(Protocol):
    """What this file needs of a downloader; see :class:`tools.fetch.download.Downloader`."""

    def fetch(
        self,
        urls: Sequence[str],
        *,
        sha256: str | None,
        size: int | None,
        label: str,
        limit: int = ...,
    ) -> bytes:
        """Get the bytes of the first URL that has the right ones, at most ``limit``."""


@dataclass(frozen=True, slots=True)
class SignedFile:
    """The signed file of a suite, as fetched.

    Attributes:
        data: of ``InRelease``, or of ``Release``.
        signature: the ``Release.gpg`` of a ``Release``; None for ``InRelease``.
        where: its URL, for messages.
    """

    data: bytes
    signature: bytes | None
    where: str

    @property
    def sha256(self) -> str:
        """Its digest."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True, eq=False)
class Suite:
    """A suite that has been authenticated.

    Attributes:
        archive: from the manifest.
        name: of the suite in the manifest.
        release: what its Release file says.
        signers: fingerprints of the trusted keys that signed it.
        signed: the signed file.
        bases: base URLs of the archive, the preferred one first.
    """

    archive: Archive
    name: str
    release: Release
    signers: tuple[str, ...]
    signed: SignedFile
    bases: tuple[str, ...]

    @property
    def priority(self) -> int:
        """The priority of its packages: the manifest's, or the default of apt_preferences(5)."""
        if self.archive.priority is not None:
            return self.archive.priority
        if not self.release.not_automatic:
            return AUTOMATIC
        return 100 if self.release.but_automatic_upgrades else 1


@dataclass(frozen=True, slots=True)
class PackagesIndex:
    """One Packages file, as fetched: its digest is right, it may still be compressed.

    Attributes:
        suite: that it is of.
        file: its text as the Release file lists it, or the fetched form if that lists no text.
        form: what was fetched.
        data: the bytes of that.
    """

    suite: Suite
    file: IndexFile
    form: IndexFile
    data: bytes

    def text(self) -> bytes:
        """Its text.

        Raises:
            FormatError: it does not unpack, or not to what the Release file lists.
        """
        try:
            size = self.file.size_bytes if self.file != self.form else None
            text = unpack(self.data, self.form.path, size)
        except (lzma.LZMAError, zlib.error, EOFError) as error:
            raise FormatError("index", self.form.path, f"it does not unpack: {error}") from None
        if self.file != self.form and hashlib.sha256(text).hexdigest() != self.file.sha256:
            raise FormatError("index", self.form.path, f"it does not unpack to {self.file.path}")
        return text


def read_suite(
    archive: Archive,
    name: str,
    bases: Sequence[str],
    trust: Trust,
    downloader: Fetches,
) -> Suite:
    """Fetch and authenticates a suite's ``InRelease``, or ``Release`` and ``Release.gpg``.

    A mirror that is down or lacks the suite is passed over; one that answers with something
    untrustworthy is an error, because you should know.

    Raises:
        FetchError: no mirror has it.
        SignatureError: no trusted key signed it.
        ReleaseError: it is genuine, but expired, replayed, from the future, or another suite's.
    """
    file = _fetch_signed(archive, name, bases, downloader)
    return authenticate(archive, name, bases, trust, file)


def authenticate(
    archive: Archive, name: str, bases: Sequence[str], trust: Trust, file: SignedFile
) -> Suite:
    """Make a suite of its signed file, after checking it.

    Raises:
        SignatureError: no trusted key signed it.
        ReleaseError: it is genuine, but expired, replayed, from the future, or another suite's.
    """
    if file.signature is not None:
        signed = verify_detached(file.data, file.signature, trust.keyring, file.where)
    else:
        signed = verify(file.data, trust.keyring, file.where)
    try:
        release = parse_release(signed.body)
    except FormatError as error:
        raise UnsuitableError(
            file.where, str(error), "The archive is at fault: report it there."
        ) from None
    check_release(release, name, trust, file.where)
    return Suite(archive, name, release, signed.signers, file, tuple(bases))


def indexes_for(suite: Suite, architecture: str) -> list[IndexFile]:
    """Return the Packages files that list a suite's packages for an architecture.

    Raises:
        UnsuitableError: the suite lacks the architecture or a component.
    """
    release = suite.release
    where = f"{suite.archive.name} {suite.name}"
    found = []
    if is_flat(suite.name):
        file = _packages_file(release, "")
        if file is None:
            raise UnsuitableError(
                where,
                "its Release file lists no Packages file",
                "Is this a flat repository? If it has dists/, name a suite without a final slash.",
            )
        return [file]
    for component in suite.archive.components:
        if not release.has_component(component):
            raise UnsuitableError(
                where,
                f'there is no component "{component}"',
                f"It has: {', '.join(release.components)}.",
            )
        file = _packages_file(release, f"{component}/binary-{architecture}/")
        if file is None:
            raise UnsuitableError(
                where,
                f'there are no packages for "{architecture}" in component "{component}"',
                f"It has: {', '.join(each for each in release.architectures if each != 'all')}. "
                "Remove the architecture, or name those that this archive has in architectures: "
                "of its entry.",
            )
        found.append(file)
        if release.architecture_all_is_separate:
            independent = _packages_file(release, f"{component}/binary-all/")
            found += [independent] if independent else []
    return found


def suite_directory(suite: str) -> str:
    """Return the path of a suite below its archive's URL: empty, or with a slash at its end."""
    if is_flat(suite):
        path = suite.removeprefix("./").strip("/")
        return f"{path}/" if path else ""
    return f"dists/{suite}/"


def fetch_index(suite: Suite, file: IndexFile, downloader: Fetches) -> PackagesIndex:
    """Fetch one Packages file.

    Raises:
        FetchError: no mirror has the bytes that the Release file lists.
        UnsuitableError: they are too many.
    """
    if file.size_bytes > LARGEST_INDEX:
        raise UnsuitableError(
            f"{suite.archive.name} {suite.name}",
            f"its {file.path} has {file.size_bytes} bytes, by what was signed",
            f"At most {LARGEST_INDEX} are read. Leave the suite out, or report it to the archive.",
        )
    failed: FetchError | None = None
    for form in _forms(suite.release, _without_suffix(file.path)):
        try:
            data = _fetch_form(suite, form, downloader)
        except FetchError as error:
            # A Release file lists forms that mirrors do not carry, the text itself for one.
            failed = failed or error
        else:
            return PackagesIndex(suite, form if _is_packed(file) else file, form, data)
    raise failed or AssertionError(file)


def _fetch_signed(
    archive: Archive, name: str, bases: Sequence[str], downloader: Fetches
) -> SignedFile:
    def fetch(file: str) -> tuple[bytes, str]:
        urls = [f"{base}/{suite_directory(name)}{file}" for base in bases]
        label = f"{file} of {archive.name} {name}"
        where = urls[0] if len(urls) == 1 else f"{urls[0]} (or a mirror after it)"
        data = downloader.fetch(
            urls, sha256=None, size=None, label=label, limit=LARGEST_SIGNED_BYTES
        )
        return data, where

    try:
        data, where = fetch("InRelease")
    except FetchError as error:
        if not error.gone:
            raise
        absent = error
    else:
        return SignedFile(data, None, where)
    try:
        data, where = fetch("Release")
        signature, _ = fetch("Release.gpg")
    except FetchError as error:
        if not error.gone:
            raise
        attempts = (*absent.attempts, *error.attempts)
        raise UnsuitableError(
            f"{archive.name} {name}",
            "no mirror has this suite; asked for:\n"
            + "\n".join(f"    {attempt.url}" for attempt in attempts),
            "Check the name of the suite, and that the mirrors are of this archive.",
        ) from None
    return SignedFile(data, signature, where)


# Unpacking .xz takes longer than fetching the third more that .gz has, except over slow networks;
# for them there is the cache.
_SUFFIXES = (".gz", ".xz", "")


def _packages_file(release: Release, directory: str) -> IndexFile | None:
    forms = list(_forms(release, f"{directory}Packages"))
    # The text itself, if the Release file lists it: then every compression of a mirror will do.
    return next((form for form in forms if not _is_packed(form)), forms[0] if forms else None)


def _forms(release: Release, path: str) -> Iterator[IndexFile]:
    """Yield the forms of an index that a Release file lists, the preferred one first."""
    for suffix in _SUFFIXES:
        # Flat repositories write "./Packages" or "Packages".
        file = release.indexes.get(path + suffix) or release.indexes.get(f"./{path}{suffix}")
        if file:
            yield file


def _is_packed(file: IndexFile) -> bool:
    return file.path.endswith((".gz", ".xz"))


def _without_suffix(path: str) -> str:
    return path.removeprefix("./").removesuffix(".gz").removesuffix(".xz")


def _fetch_form(suite: Suite, file: IndexFile, downloader: Fetches) -> bytes:
    directory = file.path[: file.path.rfind("/") + 1]
    names = [file.path]
    if suite.release.acquire_by_hash:
        # By digest first: a mirror in the middle of an update still has the old file there.
        names.insert(0, f"{directory}by-hash/SHA256/{file.sha256}")
    return downloader.fetch(
        [f"{base}/{suite_directory(suite.name)}{name}" for name in names for base in suite.bases],
        sha256=file.sha256,
        size=file.size_bytes,
        label=f"{file.path} of {suite.archive.name} {suite.name}",
    )
