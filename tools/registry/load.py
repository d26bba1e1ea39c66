"""Loads an image into docker, podman or containerd, through their own programs.

Those programs know their daemons (contexts, ``DOCKER_HOST``, sockets, rootless set-ups), so that
this room does not guess.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tools.errors import PlinthError
from tools.fetch.progress import Progress
from tools.image.layout import LAYOUT_FILE
from tools.registry.archive import blob_path, index_of, qualified, write_archive
from tools.registry.publication import ImageFiles, Publication

DAEMONS = ("docker", "podman", "nerdctl", "ctr")
"""Programs that load images, in the order in which they are looked for."""

_GOARCH = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm", "i686": "386"}


class LoadError(PlinthError):
    """No daemon took the image."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a daemon received.

    Attributes:
        daemon: name of the program.
        sent: bytes of blobs that were sent, or None if it took what it lacked by itself.
        total: bytes of all blobs.
    """

    daemon: str
    sent: int | None
    total: int


def choose_daemon(asked: str, environment: Mapping[str, str] = os.environ) -> str:
    """Return the program to load with: the first whose daemon answers.

    Raises:
        LoadError: there is none.
    """
    candidates = (asked,) if asked else DAEMONS
    path = environment.get("PATH", os.defpath)
    installed = [name for name in candidates if shutil.which(name, path=path)]
    if not installed:
        raise LoadError(
            f"there is no {' and no '.join(candidates)} here\n"
            "  install one, or write a file that each of them loads: --archive FILE"
        )
    # One whose daemon does not run is skipped, except the last, which reports what is wrong.
    return next((name for name in installed[:-1] if _answers(name)), installed[-1])


def choose_image(publication: Publication, platform: str = "") -> ImageFiles:
    """Return the image of a platform (``linux/arm64``), or of this machine's.

    Raises:
        LoadError: an index has none for it.
    """
    if publication.index is None:
        return publication.images[0]
    machine = os.uname().machine
    wanted = platform or "linux/" + _GOARCH.get(machine, machine)
    there = {}
    for image, entry in zip(
        publication.images, json.loads(publication.index.content)["manifests"], strict=True
    ):
        there["/".join(entry["platform"][key] for key in ("os", "architecture"))] = image
    if wanted not in there:
        raise LoadError(
            f"{publication.label} has no image for {wanted}\n"
            f"  choose one: --platform {' or '.join(sorted(there))}"
        )
    return there[wanted]


def load(image: ImageFiles, names: Sequence[str], daemon: str, progress: Progress) -> Loaded:
    """Load an image into a daemon.

    Args:
        image: the image.
        names: whole names to give it.
        daemon: one of ``DAEMONS``.
        progress: receives the number of bytes sent.

    Raises:
        LoadError: the daemon refuses.
    """
    total = sum(blob.size for blob in image.blobs)
    if daemon == "podman":
        _pull_from_layout(image, names)
        return Loaded(daemon, None, total)
    guessed = daemon == "docker" and _has_containerd_store()
    present = _layers_guessed(image) if guessed else _present(image, daemon)
    sent = _send(image, names, daemon, present, progress)
    if guessed and not _is_whole(image, names):
        sent += _send(image, names, daemon, frozenset(), progress)
        if not _is_whole(image, names):
            raise LoadError(
                f"docker has loaded {names[0]}, but cannot read it\n  see the log of its daemon"
            )
    progress.finished()
    if guessed or daemon == "nerdctl":
        _take_off_localhost(daemon, names)
    return Loaded(daemon, sent, total)


def _send(
    image: ImageFiles,
    names: Sequence[str],
    daemon: str,
    present: frozenset[str],
    progress: Progress,
) -> int:
    """Send an image without some of its layers; gives the bytes of blobs."""
    size = sum(blob.size for blob in image.blobs if blob.digest not in present)
    progress.expect(items=1, size=size)
    command = [daemon, "images", "import", "-"] if daemon == "ctr" else [daemon, "load"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        assert process.stdin  # noqa: S101 - for the type checker
        try:
            with process.stdin as out:
                write_archive(out, image, names, without=present, progress=progress.received)  # type: ignore[arg-type]
        except BrokenPipeError:
            pass  # its output says why
        output = process.stdout.read().decode() if process.stdout else ""
    if process.returncode:
        raise LoadError(f"{' '.join(command)}: {output.strip()}")
    return size


def _pull_from_layout(image: ImageFiles, names: Sequence[str]) -> None:
    """Let podman take what its store lacks from a layout of links to the blobs."""
    with tempfile.TemporaryDirectory(prefix="plinth-") as layout:
        os.makedirs(os.path.join(layout, "blobs", "sha256"))
        for blob in dict.fromkeys(image.blobs):
            os.symlink(os.path.realpath(blob.path), os.path.join(layout, blob_path(blob.digest)))
        for name, content in (
            (blob_path(image.manifest.digest), image.manifest.content),
            ("index.json", index_of(image, "latest")),
            ("oci-layout", LAYOUT_FILE),
        ):
            with open(os.path.join(layout, name), "wb") as out:
                out.write(content)
        identifier = _output(["podman", "pull", "--quiet", f"oci:{layout}:latest"]).split()[-1]
        for name in names:
            _output(["podman", "tag", identifier, name])
        # The name from the temporary directory.
        for given in json.loads(_output(["podman", "image", "inspect", identifier]))[0]["RepoTags"]:
            if os.path.basename(layout) in given:
                _output(["podman", "untag", identifier, given])


def _present(image: ImageFiles, daemon: str) -> frozenset[str]:
    """Return the digests of layers that need not be sent."""
    if daemon == "docker":
        return _layers_in_docker(image)
    if daemon == "ctr":
        # containerd stores blobs by digest, and does not ask for those that it has.
        content = frozenset(_output(["ctr", "content", "ls", "--quiet"]).split())
        return content & {layer.digest for layer in image.layers}
    return frozenset()


def _layers_in_docker(image: ImageFiles) -> frozenset[str]:
    """Return the digests of layers in docker's own store, which it finds by itself.

    It looks up a layer by its diff_id and those of all layers below, before it reads the archive.
    """
    own = _diff_ids(image)
    common = max((_common(own, other) for other in _stacks_in_docker()), default=0)
    # A layer that is also above has to be there for that place.
    above = {layer.digest for layer in image.layers[common:]}
    return frozenset(layer.digest for layer in image.layers[:common]) - above


def _layers_guessed(image: ImageFiles) -> frozenset[str]:
    """Return the digests of layers in containerd's store of docker, if they are compressed alike.

    It takes what an archive lacks out of its store, by digest, and does not list these digests. It
    does list the diff_ids of its images. If the guess is wrong, it still reports the image as
    loaded: ``_is_whole`` checks that.
    """
    there = {diff_id for stack in _stacks_in_docker() for diff_id in stack}
    return frozenset(
        layer.digest
        for layer, diff_id in zip(image.layers, _diff_ids(image), strict=True)
        if diff_id in there
    )


def _is_whole(image: ImageFiles, names: Sequence[str]) -> bool:
    """Return whether docker has all parts of an image; it lists no layers of incomplete ones."""
    inspected = json.loads(_output(["docker", "image", "inspect", qualified(names[0])]))
    return all(_stack(item) == _diff_ids(image) for item in inspected)


def _stacks_in_docker() -> list[list[str]]:
    """Return the diff_ids of every image that docker has, the lowest first."""
    try:
        identifiers = _output(["docker", "image", "ls", "--quiet", "--no-trunc"]).split()
        if not identifiers:
            return []
        inspected = json.loads(_output(["docker", "image", "inspect", *sorted(set(identifiers))]))
    except (LoadError, ValueError):
        return []
    return [_stack(item) for item in inspected]


def _stack(inspected: Mapping[str, Any]) -> list[str]:
    return inspected.get("RootFS", {}).get("Layers") or []


def _diff_ids(image: ImageFiles) -> list[str]:
    with open(image.config.path, encoding="utf-8") as stream:
        return list(json.load(stream)["rootfs"]["diff_ids"])


def _has_containerd_store() -> bool:
    status = _output(["docker", "info", "--format", "{{json .DriverStatus}}"])
    return "io.containerd.snapshotter" in status


def _take_off_localhost(daemon: str, names: Sequence[str]) -> None:
    """Give an image in containerd the requested names, in the spelling of the program."""
    for name in names:
        if qualified(name) != name:
            _output([daemon, "tag", qualified(name), name])
            _output([daemon, "rmi", qualified(name)])


def _common(own: Sequence[str], other: Sequence[str]) -> int:
    length = 0
    while length < min(len(own), len(other)) and own[length] == other[length]:
        length += 1
    return length


def _answers(daemon: str) -> bool:
    return not subprocess.run([daemon, "version"], capture_output=True, check=False).returncode


def _output(command: Sequence[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LoadError(f"{' '.join(command[:2])}: {(done.stderr or done.stdout).strip()}")
    return done.stdout


def describe(names: Sequence[str], loaded: Loaded) -> str:
    """Say in one line what a daemon received."""
    moved = (
        f"{loaded.total / 1e6:.1f} MB, of which it took what it lacked"
        if loaded.sent is None
        else f"{loaded.sent / 1e6:.1f} of {loaded.total / 1e6:.1f} MB sent"
    )
    shown = map(qualified, names) if loaded.daemon == "ctr" else names
    return f"{loaded.daemon} has {', '.join(shown)}: {moved}"
