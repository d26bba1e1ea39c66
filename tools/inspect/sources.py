"""Finds images that a person names: layouts, manifests, targets, git revisions."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlparse

from tools.errors import PlinthError
from tools.image.config import MANIFEST
from tools.image.documents import LARGEST_DOCUMENT, ImageManifest, read_manifest, read_object
from tools.inspect.image_facts import ImageFacts, read_document
from tools.inspect.layout_facts import read_layout
from tools.layer.facts import read_layers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


class SourceError(PlinthError):
    """The name is not of an image, or the image cannot be built."""


def find_images(name: str, workspace: str) -> list[ImageFacts]:
    """Find the images of a name.

    Args:
        name: a layout directory; a manifest, as JSON; or a target, of this workspace or, as
            ``REVISION:TARGET``, of a revision of it: ``main://app:image``.
        workspace: where targets are built.

    Raises:
        PlinthError: there is no such image.
    """
    path = os.path.join(workspace, name)
    if os.path.isdir(path):
        return [replace(image, label=name) for image in read_layout(path)]
    if os.path.isfile(path):
        return [ImageFacts(name, {}, _read_manifest(path, name), ())]
    revision, separator, target = name.partition("://")
    if separator and revision:
        with _checkout(revision, workspace) as tree:
            return [_build(f"//{target}", tree, f"{revision}://{target}")]
    if name.startswith(("//", "@", ":")):
        return [_build(name, workspace, name)]
    raise SourceError(
        f"{name}: neither a layout directory, nor a manifest, nor a target\n"
        "  write //app:image, main://app:image, or the path of an OCI layout directory"
    )


def _read_manifest(path: str, name: str) -> dict[str, Any]:
    with open(path, "rb") as stream:
        content = stream.read(LARGEST_DOCUMENT + 1)
    if not isinstance(read_manifest(content, MANIFEST, name), ImageManifest):
        raise SourceError(f"{name}: not the manifest of an image")
    return read_object(content, name)


@contextmanager
def _checkout(revision: str, workspace: str) -> Iterator[str]:
    """Provide a work tree of another revision, with the build settings of this one."""
    with tempfile.TemporaryDirectory(prefix="plinth-") as scratch:
        tree = os.path.join(scratch, "tree")
        _run(["git", "worktree", "add", "--quiet", "--detach", tree, revision], workspace)
        try:
            own = os.path.join(workspace, "user.bazelrc")
            if os.path.exists(own):
                shutil.copy(own, tree)
            yield tree
        finally:
            # The tree is removed at once: what was built for it is not used again.
            clean = [_bazel(tree), "clean", "--expunge"]
            subprocess.run(clean, cwd=tree, capture_output=True, check=False)
            _run(["git", "worktree", "remove", "--force", tree], workspace)


def _build(target: str, workspace: str, label: str) -> ImageFacts:
    """Build the facts of an image, not its layers' blobs, and read them."""
    with tempfile.TemporaryDirectory(prefix="plinth-") as scratch:
        events = os.path.join(scratch, "events.json")
        options = ["--output_groups=metadata,facts", f"--build_event_json_file={events}"]
        _run([_bazel(workspace), "build", *options, "--", target], workspace)
        files = _outputs(events)
    metadata = files.get("metadata", [])
    config = [path for path in metadata if path.endswith(".config.json")]
    manifest = [path for path in metadata if path.endswith(".manifest.json")]
    if len(config) != 1 or len(manifest) != 1:
        raise SourceError(
            f"{label}: not an image\n  name the image of one platform, not an index of several"
        )
    return ImageFacts(
        label,
        read_document(config[0]),
        read_document(manifest[0]),
        tuple(layer for path in files.get("facts", ()) for layer in read_layers(path)),
    )


def _outputs(events: str) -> dict[str, list[str]]:
    """Return the files of each output group; Bazel's build event protocol."""
    sets: dict[str, dict[str, Any]] = {}
    groups: dict[str, list[str]] = {}
    with open(events, encoding="utf-8") as stream:
        for line in stream:
            event = json.loads(line)
            if "namedSetOfFiles" in event:
                sets[event["id"]["namedSet"]["id"]] = event["namedSetOfFiles"]
            for group in event.get("completed", {}).get("outputGroup", ()):
                groups[group["name"]] = [item["id"] for item in group.get("fileSets", ())]
    return {name: [path for item in ids for path in _files(sets, item)] for name, ids in
            groups.items()}  # fmt: skip


def _files(sets: dict[str, dict[str, Any]], name: str) -> Iterator[str]:
    for item in sets[name].get("fileSets", ()):
        yield from _files(sets, item["id"])
    for file in sets[name].get("files", ()):
        yield unquote(urlparse(file["uri"]).path)


def _bazel(workspace: str) -> str:
    own = os.path.join(workspace, "bazelw")
    return own if os.path.exists(own) else "bazel"


def _run(command: list[str], directory: str) -> None:
    try:
        done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    except OSError as error:
        raise SourceError(f"{command[0]}: {error.strerror}") from error
    if done.returncode:
        raise SourceError(f"{' '.join(command)} failed:\n{done.stderr.strip()[-2000:]}")
