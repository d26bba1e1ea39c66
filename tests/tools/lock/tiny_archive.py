"""A Debian archive of a few packages, made in a directory and signed with a key of its own."""

from __future__ import annotations

import gzip
import hashlib
import lzma
import os
import pathlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pysequoia

LONG_AGO = "Wed, 01 Jan 2020 00:00:00 UTC"

_COMPRESSIONS: Mapping[str, Callable[[bytes], bytes]] = {
    ".xz": lzma.compress,
    ".gz": gzip.compress,
    "": bytes,
}


def new_key(name: str = "Tiny") -> pysequoia.Tsk:
    """Return a secret key."""
    return pysequoia.Tsk.generate(f"{name} <archive@mirror.example>")


def public_key(key: pysequoia.Tsk) -> str:
    """Return the armored public part of a secret key."""
    return str(key.extract_certificate())


@dataclass
class TinyArchive:
    """What is written by ``publish`` can be damaged afterwards by the test.

    Attributes:
        suite: of the archive; with a slash at its end, the archive is a flat repository.
        detached: whether the signature is a file of its own, ``Release.gpg``.
        compression: of the index, as a suffix.
        components: of the suite; packages are in the first one unless they say otherwise.
    """

    directory: str
    key: pysequoia.Tsk = field(default_factory=new_key)
    suite: str = "tiny"
    architectures: tuple[str, ...] = ("amd64",)
    stanzas: list[str] = field(default_factory=list)
    detached: bool = False
    compression: str = ".xz"
    components: tuple[str, ...] = ("main",)
    others: dict[str, list[str]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Base URL of the archive."""
        return pathlib.Path(self.directory).as_uri()

    @property
    def release_directory(self) -> str:
        """The directory of ``InRelease``, with a slash at its end."""
        flat = self.suite.endswith("/")
        return self.suite.removeprefix("./").lstrip("/") if flat else f"dists/{self.suite}/"

    def add(
        self, name: str, version: str = "1.0", *, deb: bytes | None = None, **fields: str
    ) -> None:
        """Add a package; ``pre_depends="x"`` sets the field Pre-Depends."""
        component = fields.pop("component", "")
        data = f"{name} {version}".encode() if deb is None else deb
        architecture = fields.pop("architecture", "all")
        filename = f"pool/{name}_{version.partition(':')[2] or version}_{architecture}.deb"
        self._write(filename, data)
        stanza: dict[str, str] = {
            "Package": name,
            "Version": version,
            "Architecture": architecture,
            "Filename": filename,
            "Size": str(len(data)),
            "SHA256": hashlib.sha256(data).hexdigest(),
            **{_NAMES.get(each) or _title(each): value for each, value in fields.items()},
        }
        stanzas = self.others.setdefault(component, []) if component else self.stanzas
        stanzas.append("".join(f"{key}: {value}\n" for key, value in stanza.items()))

    def publish(self, *, signer: pysequoia.Tsk | None = None, **fields: str) -> None:
        """Write indexes and the signed file; ``fields`` replace those of the Release file."""
        table = ""
        for path in self._index_paths():
            stanzas = self.others.get(path.partition("/")[0], self.stanzas)
            index = _COMPRESSIONS[self.compression](
                "\n".join(stanzas).encode(errors="surrogateescape")
            )
            digest = hashlib.sha256(index).hexdigest()
            self._write(self.release_directory + path, index)
            by_hash = f"{path[: path.rfind('/') + 1]}by-hash/SHA256/{digest}"
            self._write(self.release_directory + by_hash, index)
            table += f"\n {digest} {len(index)} {path}"
        release: Mapping[str, str] = {
            "Origin": "Tiny",
            "Suite": self.suite,
            "Codename": self.suite,
            "Date": LONG_AGO,
            "Acquire-By-Hash": "yes",
            "Architectures": " ".join(self.architectures),
            "Components": " ".join(self.components),
            **{_NAMES.get(name) or _title(name): value for name, value in fields.items()},
        }
        release = {name: value for name, value in release.items() if value}
        release = {**release, "SHA256": fields.get("sha256", table)}
        self.sign("".join(f"{name}: {value}\n" for name, value in release.items()), signer)

    def sign(self, text: str, signer: pysequoia.Tsk | None = None) -> None:
        """Write the signed file, or both of them."""
        mode = pysequoia.SignatureMode.DETACHED if self.detached else pysequoia.SignatureMode.CLEAR
        signed = pysequoia.sign((signer or self.key).signer(), text.encode(), mode=mode)
        if self.detached:
            self._write(f"{self.release_directory}Release", text.encode())
            self._write(f"{self.release_directory}Release.gpg", signed)
        else:
            self._write(f"{self.release_directory}InRelease", signed)

    def path(self, name: str) -> str:
        """Return the path of a file of the archive."""
        return os.path.join(self.directory, name)

    def _index_paths(self) -> list[str]:
        if self.suite.endswith("/"):
            return [f"Packages{self.compression}"]
        return [
            f"{component}/binary-{architecture}/Packages{self.compression}"
            for component in self.components
            for architecture in self.architectures
        ]

    def _write(self, name: str, data: bytes) -> None:
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "wb") as file:
            file.write(data)


_NAMES = {"sha256": "SHA256"}


def _title(name: str) -> str:
    return name.replace("_", "-").title()
