"""Pushes images: only what a registry lacks, each blob once, and tags last.

The order keeps every tag complete at every moment. First come blobs, then the manifests that name
them, then the indexes, then documents about them. Tags follow only when all of this is there for
all images.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from tools.fetch.progress import Progress
from tools.registry.blob import Blob
from tools.registry.client import Client
from tools.registry.endorsement import Endorsement
from tools.registry.publication import Document, Publication
from tools.registry.reference import Repository, parse_repository
from tools.registry.upload import cancel, mount, upload

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Destination:
    """An image and its destination.

    Attributes:
        image: what to push.
        repository: where to.
        tags: tags to write there.
    """

    image: Publication
    repository: Repository
    tags: tuple[str, ...]

    @property
    def names(self) -> dict[str, Document]:
        """The manifest or index of each of its tags, in their order."""
        return {name: d for tag in self.tags for name, d in self.image.named(tag).items()}


@dataclass(slots=True)
class PushOutcome:
    """The result for one destination.

    Attributes:
        sent: blobs that went over the network.
        mounted: blobs that the registry took from another of its repositories.
        present: blobs that the repository had.
        complete: the repository had the whole image, so blobs were not checked.
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


@dataclass(slots=True)
class _Wish:
    """A blob that a repository should have.

    Attributes:
        repository: the repository.
        blob: the blob.
        outcomes: of the destinations that want it there.
        sources: repositories of the same registry that may have it.
    """

    repository: Repository
    blob: Blob
    outcomes: list[PushOutcome] = field(default_factory=list)
    sources: list[Repository] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str]:
        """Within one registry, a repository that has a blob can give it to others."""
        return self.repository.registry, self.blob.digest


class Push:
    """One push of any number of images, which share their common blobs."""

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
            progress: receives what is sent.
            endorsement: stores the documents about an image.
        """
        self.outcomes = [PushOutcome() for _ in destinations]
        self._destinations = destinations
        self._connect = connect
        self._parallel = parallel
        self._progress = progress
        self._endorsement = endorsement or Endorsement()
        self._lock = threading.Lock()
        self._holders: dict[tuple[str, str], Repository] = {}
        self._refusing: set[Repository] = set()

    def run(self) -> list[PushOutcome]:
        """Push everything; return one outcome for each destination.

        Raises:
            ChangedError: a file has changed since the build.
            RegistryError: something could not be pushed. Then no tag has changed, unless the
                registry refused a tag itself. Blobs that have arrived are not sent again.
        """
        with ThreadPoolExecutor(self._parallel, thread_name_prefix="push") as pool:
            pairs = list(zip(self._destinations, self.outcomes, strict=True))
            _all(pool, self._look, pairs)
            missing = [pair for pair in pairs if not pair[1].complete]
            wishes = _wishes(missing)
            _all(pool, self._survey, wishes)
            open_wishes = [wish for wish in wishes if wish.blob not in wish.outcomes[0].present]
            first, others = self._divide(open_wishes)
            _all(pool, Blob.check_size, {wish.blob for wish in others})
            _all(pool, Blob.check_content, {wish.blob for wish in first})
            _all(pool, self._bring, first)
            _all(pool, self._bring, others)
            wanted = [(d.repository, i.manifest) for d, _ in missing for i in d.image.images]
            _all(pool, self._put, dict.fromkeys(wanted))
            indexes = [(d.repository, d.image.index) for d, _ in missing if d.image.index]
            _all(pool, self._put, dict.fromkeys(indexes))
            _all(pool, self._endorse, pairs)
            tags = [(d, o, *name) for d, o in pairs for name in d.names.items()]
            # Registries write a manifest again with each of its tags. While they do, an index that
            # names it may be refused: distribution 2.8 empties the file first.
            _all(pool, self._tag, [tag for tag in tags if tag[3] is not tag[0].image.index])
            _all(pool, self._tag, [tag for tag in tags if tag[3] is tag[0].image.index])
        return self.outcomes

    def _look(self, pair: tuple[Destination, PushOutcome]) -> None:
        """Return whether the image is there. If its first tag names it, one request is enough."""
        destination, outcome = pair
        client, digest = self._connect(destination.repository), destination.image.root.digest
        if destination.tags and client.manifest_digest(destination.tags[0]) == digest:
            outcome.complete = True
            outcome.kept.append(destination.tags[0])
        else:
            outcome.complete = client.manifest_digest(digest) == digest

    def _survey(self, wish: _Wish) -> None:
        if self._connect(wish.repository).has_blob(wish.blob.digest):
            self._note(wish, "present")

    def _divide(self, wishes: list[_Wish]) -> tuple[list[_Wish], list[_Wish]]:
        """Return what has to come over the network, largest first, and what is then there.

        Largest first, so that no large blob is left for the end.
        """
        first: dict[tuple[str, str], _Wish] = {}
        for wish in wishes:
            if wish.key not in self._holders:
                first.setdefault(wish.key, wish)
        others = [wish for wish in wishes if first.get(wish.key) is not wish]
        return sorted(first.values(), key=lambda wish: -wish.blob.size), others

    def _bring(self, wish: _Wish) -> None:
        """Mount a blob from another repository of the registry, or send it.

        A refused mount opens an upload, so the attempt costs nothing.
        """
        client, location = self._connect(wish.repository), ""
        holder = self._holders.get(wish.key)
        for source in [holder] if holder else wish.sources:
            if source in self._refusing or source == wish.repository:
                continue
            if location:
                cancel(client, location)
            refused = mount(client, wish.blob, source.name)
            if refused is None:
                self._note(wish, "mounted")
                return
            location = refused
            if not location:
                self._refusing.add(source)
        if self._progress:
            self._progress.expect(items=1, size=wish.blob.size)
        upload(client, wish.blob, location=location, progress=self._moved)
        if self._progress:
            self._progress.finished()
        self._note(wish, "sent")

    def _put(self, item: tuple[Repository, Document]) -> None:
        repository, document = item
        client = self._connect(repository)
        client.put_manifest(document.digest, document.media_type, document.content)

    def _endorse(self, pair: tuple[Destination, PushOutcome]) -> None:
        destination, outcome = pair
        client = self._connect(destination.repository)
        outcome.endorsed += self._endorsement.store(client, destination.image)

    def _tag(self, item: tuple[Destination, PushOutcome, str, Document]) -> None:
        destination, outcome, tag, document = item
        if tag in outcome.kept:
            return
        client = self._connect(destination.repository)
        # The target of the first tag was requested at the beginning.
        if tag != destination.tags[0] and client.manifest_digest(tag) == document.digest:
            outcome.kept.append(tag)
        else:
            client.put_manifest(tag, document.media_type, document.content)
            outcome.written.append(tag)

    def _moved(self, size: int) -> None:
        if self._progress:
            self._progress.received(size)

    def _note(self, wish: _Wish, how: str) -> None:
        """Record that the repository has the blob, and can give it to others."""
        with self._lock:
            self._holders.setdefault(wish.key, wish.repository)
            for outcome in wish.outcomes:
                getattr(outcome, how).append(wish.blob)


def describe(destination: Destination, outcome: PushOutcome) -> str:
    """Say in a few lines what has moved."""
    lines = [f"{destination.repository}@{destination.image.root.digest}"]
    if outcome.complete:
        lines.append("  up to date")
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
        lines.append("  tags unchanged: " + ", ".join(sorted(outcome.kept)))
    return "\n".join(lines)


def _wishes(pairs: Iterable[tuple[Destination, PushOutcome]]) -> list[_Wish]:
    """Return the blobs that every repository needs, each once."""
    found: dict[tuple[Repository, str], _Wish] = {}
    for destination, outcome in pairs:
        repository, image = destination.repository, destination.image
        sources = [
            *(Repository(repository.registry, name) for name in image.mount_from),
            *(parse_repository(text) for text in image.repositories),
        ]
        # Images of an index may share layers.
        for blob in {blob.digest: blob for each in image.images for blob in each.blobs}.values():
            key = (repository, blob.digest)
            wish = found.setdefault(key, _Wish(repository, blob))
            wish.outcomes.append(outcome)
            wish.sources += [
                source
                for source in sources
                if source.registry == repository.registry and source not in wish.sources
            ]
    return list(found.values())


def _all(pool: ThreadPoolExecutor, function: Callable[[_T], None], items: Iterable[_T]) -> None:
    """Run all tasks in parallel; raise the first error after the running ones have ended."""
    futures = [pool.submit(function, item) for item in items]
    try:
        for future in futures:
            future.result()
    except BaseException:
        for future in futures:
            future.cancel()
        raise
