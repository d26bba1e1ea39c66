"""A Debian archive of a few packages, made in a directory and signed with a key of its own."""

from __future__ import annotations

import hashlib
import lzma
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

import pysequoia

LONG_AGO = "Wed, 01 Jan 2020 00:00:00 UTC"


def new_key(name: str = "Tiny") -> pysequoia.Tsk:
    """A secret key."""
    return pysequoia.Tsk.generate(f"{name} <archive@mirror.example>")


def public_key(key: pysequoia.Tsk) -> str:
    """The armored public part of a secret key."""
    return str(key.extract_certificate())


@dataclass
class TinyArchive:
    """What is written by ``publish`` can be damaged afterwards by the test."""

    directory: str
    key: pysequoia.Tsk = field(default_factory=new_key)
    suite: str = "tiny"
    architectures: tuple[str, ...] = ("amd64",)
    stanzas: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Base URL of the archive."""
        return f"file://{self.directory}"

    def add(self, name: str, version: str = "1.0", **fields: str) -> None:
        """Adds a package; ``pre_depends="x"`` stands for the field Pre-Depends."""
        data = f"{name} {version}".encode()
        filename = f"pool/{name}_{version.partition(':')[2] or version}_all.deb"
        self._write(filename, data)
        stanza: dict[str, str] = {
            "Package": name,
            "Version": version,
            "Architecture": fields.pop("architecture", "all"),
            **{each.replace("_", "-").title(): value for each, value in fields.items()},
            "Filename": filename,
            "Size": str(len(data)),
            "SHA256": hashlib.sha256(data).hexdigest(),
        }
        self.stanzas.append("".join(f"{key}: {value}\n" for key, value in stanza.items()))

    def publish(self, *, signer: pysequoia.Tsk | None = None, **fields: str) -> None:
        """Writes indexes and ``InRelease``; ``fields`` replace those of the Release file."""
        index = lzma.compress("\n".join(self.stanzas).encode())
        digest = hashlib.sha256(index).hexdigest()
        table = ""
        for architecture in self.architectures:
            directory = f"main/binary-{architecture}"
            self._write(f"dists/{self.suite}/{directory}/Packages.xz", index)
            self._write(f"dists/{self.suite}/{directory}/by-hash/SHA256/{digest}", index)
            table += f"\n {digest} {len(index)} {directory}/Packages.xz"
        release: Mapping[str, str] = {
            "Origin": "Tiny",
            "Suite": self.suite,
            "Codename": self.suite,
            "Date": LONG_AGO,
            "Acquire-By-Hash": "yes",
            "Architectures": " ".join(self.architectures),
            "Components": "main",
            **{name.replace("_", "-").title(): value for name, value in fields.items()},
            "SHA256": table,
        }
        text = "".join(f"{name}: {value}\n" for name, value in release.items())
        signed = pysequoia.sign(
            (signer or self.key).signer(), text.encode(), mode=pysequoia.SignatureMode.CLEAR
        )
        self._write(f"dists/{self.suite}/InRelease", signed)

    def path(self, name: str) -> str:
        """Where a file of the archive lies."""
        return os.path.join(self.directory, name)

    def _write(self, name: str, data: bytes) -> None:
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "wb") as file:
            file.write(data)
