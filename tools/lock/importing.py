"""Converts a manifest of rules_distroless (0.8 and older) to one of Plinth.

Its sources are URLs with a suite and components each; ours are archives with keys, because we
verify signatures. What an old manifest does not say is left for you to fill in, and marked.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field

from tools.lock.lockfile.lockfile import Lock, LockedPackage
from tools.lock.manifest_tree import ManifestError, Node, read_tree


@dataclass(slots=True)
class _Source:
    suites: list[str] = field(default_factory=list)
    components: list[str] = field(default_factory=list)
    mirrors: list[str] = field(default_factory=list)
    snapshot: str = ""


def import_manifest(path: str, shown: str) -> str:
    """Return the text of a new manifest.

    Args:
        path: of the old one.
        shown: what messages are to call it.

    Raises:
        ManifestError: it is not a manifest of rules_distroless 0.8.
    """
    fields = read_tree(path, shown).mapping(
        required=("version", "sources", "archs", "packages"), optional=()
    )
    if fields["version"].value != 1:
        raise fields["version"].error(
            f"version {fields['version'].value!r} of rules_distroless cannot be imported",
            "Versions up to 0.8 have manifests of version 1.",
        )
    archives: dict[str, _Source] = {}
    for node in fields["sources"].items():
        _add_source(node, archives)
    lines = [f"# Imported from {os.path.basename(shown)} of rules_distroless.", "version: 1", ""]
    lines.append("archives:")
    for name, source in archives.items():
        lines += _archive(name, source)
    architectures = ", ".join(node.text() for node in fields["archs"].items())
    lines += ["", f"architectures: [{architectures}]", "", "packages:"]
    lines += [f"  - {_quoted(node.text())}" for node in fields["packages"].items()]
    return "\n".join(lines) + "\n"


def import_lock(path: str) -> Lock | None:
    """Read a lock of rules_distroless, for comparing with; None if it is something else."""
    try:
        with open(path, encoding="utf-8") as file:
            entries = json.load(file)["packages"]
        packages: dict[str, list[LockedPackage]] = {}
        for entry in entries if isinstance(entries, list) else ():
            packages.setdefault(entry["arch"], []).append(
                LockedPackage(
                    name=entry["name"],
                    version=entry["version"],
                    architecture=entry["arch"],
                    source=entry["name"],
                    source_version=entry["version"],
                    archive="",
                    suite="",
                    filename=entry["urls"][0] if entry.get("urls") else "",
                    sha256=entry["sha256"],
                    size=0,
                    depends={each["name"]: each["name"] for each in entry["dependencies"]},
                )
            )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    locked = {name: tuple(sorted(each, key=lambda p: p.name)) for name, each in packages.items()}
    return Lock("", {}, {}, locked) if locked else None


_SNAPSHOT = re.compile(r"/(\d{8}T\d{6}Z)(/|$)")
_SNAPSHOT_HOSTS = ("snapshot.debian.org", "snapshot-cloudflare.debian.org")
_KEYS = {"bookworm": "debian-12", "trixie": "debian-13"}
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9+._-]*")


def _add_source(node: Node, archives: dict[str, _Source]) -> None:
    fields = node.mapping(required=("channel",), optional=("url", "urls"))
    suite, *components = fields["channel"].text().split()
    if "urls" in fields:
        urls = [each.text() for each in fields["urls"].items()]
    elif "url" in fields:
        urls = [fields["url"].text()]
    else:
        raise node.error("it has neither url nor urls")
    url = urls[0].rstrip("/")
    stamp = _SNAPSHOT.search(url)
    is_snapshot = bool(stamp) and url.partition("://")[2].startswith(_SNAPSHOT_HOSTS)
    # https://snapshot…/archive/debian/20261118T000000Z: the archive's name is before the stamp.
    name = (url[: stamp.start()] if stamp else url).rpartition("/")[2]
    key, number = name, 1
    made = _Source(
        components=components,
        mirrors=[] if is_snapshot else [each.rstrip("/") for each in urls],
        snapshot=stamp[1] if stamp and is_snapshot else "",
    )
    while key in archives and (
        (archives[key].components, archives[key].mirrors, archives[key].snapshot)
        != (made.components, made.mirrors, made.snapshot)
    ):
        number += 1
        key = f"{name}-{number}"
        # Under another name its mirrors could not be guessed.
        made.mirrors = made.mirrors or [each.rstrip("/") for each in urls]
    archives.setdefault(key, made).suites.append(suite)


def _archive(name: str, source: _Source) -> list[str]:
    codename = source.suites[0].partition("-")[0]
    key = _KEYS.get(codename)
    known = key is not None and name.startswith("debian")
    lines = [f"  {name}:"]
    if source.mirrors:
        lines.append(f"    mirrors: [{', '.join(map(_quoted, source.mirrors))}]")
    if source.snapshot:
        lines.append(f"    snapshot: {source.snapshot}")
    lines.append(f"    suites: [{', '.join(source.suites)}]")
    if source.components:
        lines.append(f"    components: [{', '.join(source.components)}]")
    lines.append(
        f"    keys: [{key}]"
        if known
        else f"    keys: [keys/{name}.asc] # put the archive's public key there"
    )
    return lines


def _quoted(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else json.dumps(text)


__all__ = ["ManifestError", "import_manifest"]
