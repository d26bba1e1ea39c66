"""Installs Bazel's root into the cache, and compilers next to it: complete, or not at all."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from tools.bootstrap.compilers import lay_out_compilers
from tools.bootstrap.java import lay_out_java
from tools.bootstrap.layout import lay_out
from tools.bootstrap.namespaces import check_namespaces
from tools.bootstrap.relock import relock
from tools.bootstrap.trust import renew_trust
from tools.bootstrap.unpack import is_wanted, is_wanted_to_compile, unpack
from tools.errors import PlinthError
from tools.fetch.download import Download, Downloader, FetchError
from tools.fetch.mirror import base_urls
from tools.fetch.progress import Progress

_UNPACKERS = 2
"""Threads that unpack while others still fetch; decompression runs in parallel."""


class CacheError(PlinthError):
    """The cache directory cannot be used.

    Attributes:
        path: what could not be written.
    """

    def __init__(self, path: str, problem: str) -> None:
        self.path = path
        super().__init__(
            f"cannot keep Bazel in {path}: {problem}\n"
            "  Make it writable, make room there (0.5 GB), or set XDG_CACHE_HOME to another place."
        )


def install(
    repository: str, directory: str, architecture: str, environment: Mapping[str, str]
) -> None:
    """Make sure that the directory is there, complete, and trusts the host's authorities.

    Any number of processes may do this at once: one works, and the others report that they wait.
    One that is killed leaves nothing under the directory's name; the next one removes what it left
    next to it, except for packages that are complete, which are not fetched again.

    Args:
        repository: the root of Plinth's source tree.
        directory: where Bazel's root will be; its parent is the cache.
        architecture: Debian's name of this machine's.
        environment: for mirrors and the bundle of CA certificates.

    Raises:
        PlinthError: with what to do.
    """
    cache = os.path.dirname(directory)
    try:
        os.makedirs(cache, exist_ok=True)
        with _alone(cache):
            if not os.path.exists(os.path.join(directory, "trusted")):
                check_namespaces()
                _remove_leftovers(cache)
                _make(repository, directory, architecture, environment)
            renew_trust(directory, environment)
    except OSError as error:
        raise CacheError(error.filename or cache, error.strerror or str(error)) from error


@contextlib.contextmanager
def _alone(cache: str) -> Iterator[None]:
    """Wait until no other process installs into this cache."""
    with open(os.path.join(cache, "busy"), "w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("waiting for another bazelw that is fetching Bazel")
            fcntl.flock(file, fcntl.LOCK_EX)
        # The kernel releases the lock when the process ends, for any reason.
        yield


_NEW = "new-"
_DOWNLOADS = "downloads"
_DEB = ".deb"


def _remove_leftovers(cache: str) -> None:
    for name in os.listdir(cache):
        if name.startswith(_NEW):
            shutil.rmtree(os.path.join(cache, name))
    downloads = os.path.join(cache, _DOWNLOADS)
    os.makedirs(downloads, exist_ok=True)
    for name in os.listdir(downloads):
        # Unfinished files of the downloader; they begin with a dot.
        if not name.endswith(_DEB):
            os.unlink(os.path.join(downloads, name))


def _make(
    repository: str, directory: str, architecture: str, environment: Mapping[str, str]
) -> None:
    name = os.path.basename(directory)
    registry = os.path.join(repository, "tools/bootstrap/registry")

    def finish(new: str) -> None:
        lay_out(new, directory, name, architecture, registry)
        renew_trust(new, environment)

    _fetch(
        _Packages("bazel", "root", is_wanted, finish),
        repository,
        directory,
        architecture,
        environment,
    )


def install_beside(
    repository: str, directory: str, architecture: str, environment: Mapping[str, str], name: str
) -> None:
    """Make sure that packages are in ``DIRECTORY/NAME``, next to Bazel's root, as `install` does.

    Args:
        repository: the root of Plinth's source tree.
        directory: where Bazel's root is.
        architecture: Debian's name of this machine's.
        environment: for mirrors.
        name: ``compilers`` or ``java``.

    Raises:
        PlinthError: with what to do.
    """
    target = os.path.join(directory, name)
    try:
        with _alone(directory):
            if not os.path.exists(target):
                _remove_leftovers(directory)
                _fetch(_BESIDE[name], repository, target, architecture, environment)
    except OSError as error:
        raise CacheError(error.filename or target, error.strerror or str(error)) from error


@dataclass(frozen=True)
class _Packages:
    """Packages that are unpacked together.

    Attributes:
        name: of their manifest and lock in ``tools/bootstrap``.
        place: where in the new directory they are unpacked.
        wanted: returns by its path whether a file is needed.
        finish: completes the new directory.
    """

    name: str
    place: str
    wanted: Callable[[str], bool]
    finish: Callable[[str], None]


_BESIDE = {
    "compilers": _Packages("compilers", "", is_wanted_to_compile, lay_out_compilers),
    "java": _Packages("java", "", is_wanted, lay_out_java),
}


def _fetch(
    packages: _Packages,
    repository: str,
    directory: str,
    architecture: str,
    environment: Mapping[str, str],
) -> None:
    own = os.path.join(repository, f"tools/bootstrap/{packages.name}.lock.json")
    fresher = directory + ".lock.json"
    try:
        # A new lock is kept for the next time.
        lock = _read(fresher if os.path.exists(fresher) else own)
        _fetch_and_unpack(packages, lock, directory, architecture, environment)
    except FetchError as error:
        if not _has_left_the_mirrors(error):
            raise
        _say(f"{error.label} is on no mirror any more; resolving the packages again")
        relock(repository, packages.name, fresher, architecture, environment)
        _fetch_and_unpack(packages, _read(fresher), directory, architecture, environment)


def _has_left_the_mirrors(error: FetchError) -> bool:
    """Return whether all mirrors that answered lack it."""
    attempts = error.attempts
    return any(each.gone for each in attempts) and all(
        each.gone or each.silent for each in attempts
    )


def _fetch_and_unpack(
    packages: _Packages,
    lock: Any,
    directory: str,
    architecture: str,
    environment: Mapping[str, str],
) -> None:
    cache, name = os.path.split(directory)
    new = os.path.join(cache, _NEW + name)
    downloads = os.path.join(cache, _DOWNLOADS)
    items = [
        _download(lock, package, downloads, environment)
        for package in lock["packages"][architecture]
    ]
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(new)
    try:
        _fetch_into(new, items, packages)
        packages.finish(new)
        with open(os.path.join(new, "lock.json"), "w", encoding="utf-8") as file:
            json.dump(lock, file, indent=1, sort_keys=True)
    except BaseException:
        # The disk may be full of it. Fetched packages stay for the next time.
        shutil.rmtree(new, ignore_errors=True)
        raise
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(directory)
    # Before the directory is complete, because then this is no longer called.
    shutil.rmtree(downloads)
    os.rename(new, directory)


def _fetch_into(directory: str, items: Sequence[Download], packages: _Packages) -> None:
    root = os.path.join(directory, packages.place)
    os.makedirs(root)
    # Files of an earlier attempt are checked like those of a mirror.
    here = [item for item in items if _is_here(item)]
    wanted = [item for item in items if item not in here]
    if here:
        _say(f"{len(here)} of {len(items)} packages have been fetched before")
    progress = Progress(f"fetching {packages.name} (once)")
    progress.expect(items=len(wanted), size=sum(item.size or 0 for item in wanted))
    unpacking: list[Future[None]] = []
    with ThreadPoolExecutor(_UNPACKERS) as unpackers:
        try:
            unpacking += [
                unpackers.submit(unpack, item.path, root, packages.wanted) for item in here
            ]
            for item in Downloader(progress=progress).fetch_all(wanted):
                unpacking.append(unpackers.submit(unpack, item.path, root, packages.wanted))
            for future in unpacking:
                future.result()
        except BaseException:
            unpackers.shutdown(cancel_futures=True)
            raise
    progress.close()


def _is_here(item: Download) -> bool:
    try:
        with open(item.path, "rb") as file:
            return hashlib.sha256(file.read()).hexdigest() == item.sha256
    except FileNotFoundError:
        return False


def _download(lock: Any, package: Any, downloads: str, environment: Mapping[str, str]) -> Download:
    archive = lock["archives"][package["archive"]]
    bases = base_urls(
        archive.get("archive", package["archive"]),
        configured=archive["mirrors"],
        stamp=archive["snapshot"],
        environment=environment,
    )
    return Download(
        path=os.path.join(downloads, package["sha256"] + _DEB),
        urls=tuple(f"{base}/{package['filename']}" for base in bases),
        sha256=package["sha256"],
        size=package["size"],
        label=f"{package['name']} {package['version']} ({package['architecture']})",
    )


def _read(path: str) -> Any:
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def _say(text: str) -> None:
    print(f"bazelw: {text}", file=sys.stderr, flush=True)
