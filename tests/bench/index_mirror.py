"""Copies the indexes of real suites into a mirror of their own, signed with a key of its own.

A public mirror that is being updated serves indexes that do not match its signed file, and a lock
rightly refuses them. For measuring, any indexes of the real size will do, so they are taken
unchanged and signed again. A program of Bazel's, because signing needs a library.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import urllib.error
import urllib.request

import pysequoia

from tools.debian.release import parse_release
from tools.fetch.mirror import base_urls
from tools.lock.archive.decompress import unpack

_FORMS = (".gz", ".xz")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="index_mirror", description=__doc__)
    parser.add_argument("--suites", required=True, type=json.loads, help="JSON: suites by archive")
    parser.add_argument("--architectures", required=True, nargs="+")
    parser.add_argument("--out", required=True, help="the directory, with the key in key.asc")
    options = parser.parse_args()
    key = pysequoia.Tsk.generate("Bench <bench@mirror.example>")
    _write(os.path.join(options.out, "key.asc"), str(key.extract_certificate()).encode())
    for archive, suites in options.suites.items():
        base = base_urls(archive, configured=(), stamp=None, environment=os.environ)[0]
        for suite in suites:
            path = os.path.join(archive, "dists", suite)
            release = _copy_suite(
                f"{base}/dists/{suite}", os.path.join(options.out, path), options.architectures
            )
            signed = pysequoia.sign(key.signer(), release, mode=pysequoia.SignatureMode.CLEAR)
            _write(os.path.join(options.out, path, "InRelease"), signed)


def _copy_suite(url: str, directory: str, architectures: list[str]) -> bytes:
    """Copy the indexes; gives a Release file of them."""
    signed = _get(f"{url}/InRelease")
    release = parse_release(
        signed.partition(b"\n\n")[2].partition(b"-----BEGIN PGP SIGNATURE-----")[0]
    )
    table = {}
    for architecture in architectures:
        for form in _FORMS:
            path = f"main/binary-{architecture}/Packages"
            try:
                data = _get(f"{url}/{path}{form}")
            except urllib.error.HTTPError as error:
                if error.code == 404:
                    continue
                raise
            _write(os.path.join(directory, path + form), data)
            table[path + form] = data
            table[path] = unpack(data, form)
    lines = [
        f"Suite: {release.suite}",
        f"Codename: {release.codename}",
        f"Date: {release.date:%a, %d %b %Y %H:%M:%S} UTC",
        f"Components: {' '.join(release.components)}",
        f"Architectures: {' '.join(architectures)}",
        "SHA256:",
    ]
    lines += [
        f" {hashlib.sha256(data).hexdigest()} {len(data)} {path}" for path, data in table.items()
    ]
    return "".join(f"{line}\n" for line in lines).encode()


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=60) as response:
        data: bytes = response.read()
    return data


def _write(path: str, data: bytes) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


if __name__ == "__main__":
    main()
