"""Pushes images: only what a registry lacks, each blob once, and names last.

The order is what keeps every tag whole at every moment: blobs, then the manifests that name them,
then the indexes that name those, then what is said about them, and only when all of that is there,
for all images, the tags.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from tools.fetch.progress import Progress
from tools.registry.client import Client
from tools.registry.endorsement import Endorsement
from tools.registry.publication import Document, Publication
from tools.registry.reference import Repository, parse_repository
from tools.registry.upload import Blob, mount, upload

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Destination:
    """An image and where it goes.

    Attributes:
        image: what to push.
        repository: where to.
        tags: tags to write there.
    """

    image: Publication
    repository: Repository
    tags: tuple[str, ...]


@dataclass(slots=True)
class Outcome:
    """What has happened for one destination.

    Attributes:
        sent: blobs that went over the network.
        mounted: blobs that the registry took from another of its repositories.
        present: blobs that the repository had.
        complete: the repository had the whole image; blobs were not even asked for.
        written: tags that name the image now and did not before.
        kept: tags that named it already.
        endorsed: what was stored about it.
    """

    sent: list[Blob] = field(default_factory=list)
    mounted: list[Blob] = field(default_factory=list)
    present: list[Blob] = field(default_factory=list)
    complete: bool = False
    written: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    endorsed: list[str] = field(default_factory=list)


class Push:
    """One push of any number of images, which share what they have in common."""

    def __init__(
        self,
        destinations: Sequence[Destination],
        connect: Callable[[Repository], Client],
        *,
        parallel: int = 4,
        progress: Progress | None = None,
        endorsement: Endorsement | None = None,
    ) -> None:
        """Prepare; nothing is sent yet.

        Args:
            destinations: what goes where.
            connect: gives the client of a repository.
            parallel: how many blobs are on their way at once.
            progress: told what is sent.
            endorsement: stores what belongs beside an image.
        """
        self.outcomes = [Outcome() for _ in destinations]
        self._destinations = destinations
        self._connect = connect
        self._parallel = parallel
        self._progress = progress
        self._endorsement = endorsement or Endorsement()
        self._lock = threading.Lock()

    def run(self) -> list[Outcome]:
        """Push everything; gives one outcome per destination.

        Raises:
            RegistryError: something could not be pushed. Then no tag has been touched, unless it
                was a tag itself that was refused; whatever has arrived need not be sent again.
        """
        with ThreadPoolExecutor(self._parallel, thread_name_prefix="push") as pool:
            pairs = list(zip(self._destinations, self.outcomes, strict=True))
            _all(pool, self._look, pairs)
            missing = [pair for pair in pairs if not pair[1].complete]
            # The largest first: the last one alone should not keep everybody waiting.
            blobs = sorted(_by_digest(missing).values(), key=lambda item: -item[0].size)
            _all(pool, self._bring, blobs)
            wanted = [(d.repository, i.manifest) for d, _ in missing for i in d.image.images]
            _all(pool, self._put, dict.fromkeys(wanted))
            indexes = [(d.repository, d.image.index) for d, _ in missing if d.image.index]
            _all(pool, self._put, dict.fromkeys(indexes))
            _all(pool, self._endorse, pairs)
            _all(pool, self._tag, [(d, o, tag) for d, o in pairs for tag in d.tags])
        return self.outcomes

    def _look(self, pair: tuple[Destination, Outcome]) -> None:
        destination, outcome = pair
        digest = destination.image.root.digest
        outcome.complete = self._connect(destination.repository).manifest_digest(digest) == digest

    def _bring(self, item: tuple[Blob, dict[Repository, list[Outcome]], list[Repository]]) -> None:
        """Bring one blob to every repository that should have it, over the network at most once."""
        blob, wanting, sources = item
        by_registry: dict[str, list[Repository]] = {}
        for repository in wanting:
            by_registry.setdefault(repository.registry, []).append(repository)
        for registry, repositories in by_registry.items():
            having = [r for r in repositories if self._connect(r).has_blob(blob.digest)]
            candidates = having + [source for source in sources if source.registry == registry]
            for repository in repositories:
                if repository in having:
                    self._note(wanting[repository], "present", blob)
                    continue
                self._bring_to(repository, blob, candidates, wanting[repository])
                candidates.insert(0, repository)

    def _bring_to(
        self,
        repository: Repository,
        blob: Blob,
        candidates: list[Repository],
        outcomes: list[Outcome],
    ) -> None:
        client = self._connect(repository)
        location = ""
        for candidate in candidates:
            if candidate != repository:
                refused = mount(client, blob, candidate.name)
                if refused is None:
                    self._note(outcomes, "mounted", blob)
                    return
                location = refused
        if self._progress:
            self._progress.expect(items=1, size=blob.size)
        upload(client, blob, location=location, progress=self._moved)
        if self._progress:
            self._progress.finished()
        self._note(outcomes, "sent", blob)

    def _put(self, item: tuple[Repository, Document]) -> None:
        repository, document = item
        client = self._connect(repository)
        client.put_manifest(document.digest, document.media_type, document.content)

    def _endorse(self, pair: tuple[Destination, Outcome]) -> None:
        destination, outcome = pair
        client = self._connect(destination.repository)
        outcome.endorsed += self._endorsement.store(client, destination.image)

    def _tag(self, item: tuple[Destination, Outcome, str]) -> None:
        destination, outcome, tag = item
        root = destination.image.root
        client = self._connect(destination.repository)
        if client.manifest_digest(tag) == root.digest:
            outcome.kept.append(tag)
        else:
            client.put_manifest(tag, root.media_type, root.content)
            outcome.written.append(tag)

    def _moved(self, size: int) -> None:
        if self._progress:
            self._progress.received(size)

    def _note(self, outcomes: list[Outcome], how: str, blob: Blob) -> None:
        with self._lock:
            for outcome in outcomes:
                getattr(outcome, how).append(blob)


def describe(destination: Destination, outcome: Outcome) -> str:
    """Say in a few lines what has moved."""
    lines = [f"{destination.repository}@{destination.image.root.digest}"]
    if outcome.complete:
        lines.append("  was there already, complete")
    else:
        kinds = (
            ("sent", outcome.sent),
            ("mounted", outcome.mounted),
            ("there already", outcome.present),
        )
        counted = [
            f"{len(blobs)} {how} ({sum(blob.size for blob in blobs) / 1e6:.1f} MB)"
            for how, blobs in kinds
            if blobs
        ]
        lines.append("  blobs: " + ", ".join(counted))
    lines += [f"  {line}" for line in outcome.endorsed]
    if outcome.written:
        lines.append("  tags written: " + ", ".join(sorted(outcome.written)))
    if outcome.kept:
        lines.append("  tags as they were: " + ", ".join(sorted(outcome.kept)))
    return "\n".join(lines)


def _by_digest(
    pairs: Iterable[tuple[Destination, Outcome]],
) -> dict[str, tuple[Blob, dict[Repository, list[Outcome]], list[Repository]]]:
    """Every blob once: who wants it, and where else it may be found."""
    found: dict[str, tuple[Blob, dict[Repository, list[Outcome]], list[Repository]]] = {}
    for destination, outcome in pairs:
        sources = [
            *(Repository(destination.repository.registry, n) for n in destination.image.mount_from),
            *(parse_repository(text) for text in destination.image.repositories),
        ]
        # Images of an index may share layers.
        blobs = {blob.digest: blob for image in destination.image.images for blob in image.blobs}
        for digest, blob in blobs.items():
            _, wanting, all_sources = found.setdefault(digest, (blob, {}, []))
            wanting.setdefault(destination.repository, []).append(outcome)
            all_sources += [source for source in sources if source not in all_sources]
    return found


def _all(pool: ThreadPoolExecutor, function: Callable[[_T], None], items: Iterable[_T]) -> None:
    """Do all at once; the first error, once everything that had begun has ended."""
    futures = [pool.submit(function, item) for item in items]
    try:
        for future in futures:
            future.result()
    except BaseException:
        for future in futures:
            future.cancel()
        raise
