"""Lays out an image as another tool would make it, of real packages: the base of other tests.

    python -m tests.rules.foreign.make_layout DISTRIBUTION ARCHITECTURE OUT [PACKAGE.deb …]

Two layers. Of Debian and Ubuntu the lower one has the packages as dpkg unpacks and records them;
of Alpine and Wolfi it has apk's database and a C library. The upper one changes something below.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import sys
import tarfile
from typing import Any

from tests.tools.elf_builder import Elf
from tools.debian.deb import deb_members
from tools.tar.decompress import decompress

RELEASES = {
    "debian": 'ID=debian\nVERSION_ID="13"\nVERSION_CODENAME=trixie\n',
    "ubuntu": 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\nVERSION_CODENAME=noble\n',
    "alpine": "ID=alpine\nVERSION_ID=3.20.3\n",
    "wolfi": 'ID=wolfi\nVERSION_ID="20230201"\n',
}
PASSWD = b"root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
GROUP = b"root:x:0:\ndaemon:x:1:\n"
APK = """\
C:Q1HEDUYgqGHnJOHmDhSXjTPrw5HPg=
P:musl
V:1.2.5-r0
A:{architecture}
S:411094
I:667648
T:the musl c library (libc) implementation
U:https://musl.libc.org/
L:MIT
o:musl
m:A Maintainer <maintainer@alpinelinux.example>
t:1709292925
c:e3a2b1
p:so:libc.musl-{architecture}.so.1=1
F:lib
R:ld-musl-{architecture}.so.1
a:0:0:755
Z:Q1h4hXvmxDKNnyuMiiKCNBNTRuGEY=

C:Q1p4zfkWMbF7QsDqWyDEHFc6Sr8DA=
P:tool
V:1.0-r3
A:{architecture}
L:GPL-2.0-only
o:tools
D:musl>=1.2 so:libc.musl-{architecture}.so.1
F:usr
F:usr/bin
R:tool
a:0:0:755

"""


class Layer:
    """A tar archive in the making."""

    def __init__(self) -> None:
        self._out = io.BytesIO()
        self._tar = tarfile.TarFile(fileobj=self._out, mode="w", format=tarfile.GNU_FORMAT)

    def file(self, path: str, content: bytes, mode: int = 0o644) -> None:
        """Add a file."""
        member = tarfile.TarInfo(path)
        member.size, member.mode = len(content), mode
        self._tar.addfile(member, io.BytesIO(content))

    def package(self, path: str) -> str:
        """Unpack a package, and list its files as dpkg does; gives its stanza of the status."""
        with open(path, "rb") as stream:
            archive = stream.read()
        members = deb_members(archive)
        parts = []
        for member in (members.control, members.data):
            pieces = decompress(member.compression, member.read(archive))
            parts.append(tarfile.TarFile(fileobj=io.BytesIO(b"".join(pieces))))
        control, data = parts
        stream = control.extractfile("./control")
        assert stream
        stanza = stream.read().decode()
        names = []
        for item in data:
            names.append(item.name.removeprefix(".") or "/.")
            self._tar.addfile(item, data.extractfile(item) if item.isreg() else None)
        fields = dict(line.split(": ", 1) for line in stanza.splitlines() if ": " in line)
        name = fields["Package"]
        if fields.get("Multi-Arch") == "same":
            name += ":" + fields["Architecture"]
        self.file(f"./var/lib/dpkg/info/{name}.list", "".join(f"{n}\n" for n in names).encode())
        first, rest = stanza.split("\n", 1)
        return f"{first}\nStatus: install ok installed\n{rest}\n"

    def device(self, path: str) -> None:
        """Add a character device that all may write, as debootstrap makes them."""
        member = tarfile.TarInfo(path)
        member.type, member.mode = tarfile.CHRTYPE, 0o666
        self._tar.addfile(member)

    def end(self) -> bytes:
        """Everything that was added."""
        self._tar.close()
        return self._out.getvalue()


def main(distribution: str, architecture: str, out: str, *debs: str) -> None:
    """Write the layout."""
    os.makedirs(os.path.join(out, "blobs", "sha256"))
    lower, upper = Layer(), Layer()
    if distribution in {"debian", "ubuntu"}:
        status = "".join(lower.package(path) for path in debs)
        lower.file("./var/lib/dpkg/status", status.encode())
        lower.file("./old", b"goes")
        lower.device("./dev/null")
        upper.file("./.wh.old", b"")
        # base-files has the link in /etc.
        upper.file("./usr/lib/os-release", RELEASES[distribution].encode())
    else:
        name = {"amd64": "x86_64", "arm64": "aarch64"}[architecture]
        loader = f"lib/ld-musl-{name}.so.1"
        musl = Elf(architecture, soname=f"libc.musl-{name}.so.1")
        tool = Elf(architecture, interpreter=f"/{loader}", needed=(f"libc.musl-{name}.so.1",))
        lower.file(loader, musl.build(), 0o755)
        lower.file("usr/bin/tool", tool.build(), 0o755)
        database = "usr/" * (distribution == "wolfi") + "lib/apk/db/installed"
        lower.file(database, APK.format(architecture=name).encode())
        upper.file("etc/os-release", RELEASES[distribution].encode())
    upper.file("./etc/passwd", PASSWD)
    upper.file("./etc/group", GROUP)
    layers = [lower.end(), upper.end()]
    config = {
        "os": "linux",
        "architecture": architecture,
        "config": {"Cmd": ["/usr/bin/tool"]} if not debs else {},
        "rootfs": {"type": "layers", "diff_ids": [_digest(layer) for layer in layers]},
        "history": [
            {"created_by": "ADD root.tar / # buildkit"},
            {"created_by": "ENV A=1", "empty_layer": True},
            {"created_by": "RUN /bin/sh -c change"},
        ],
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": _blob(out, _json(config), "application/vnd.oci.image.config.v1+json"),
        "layers": [
            _blob(out, gzip.compress(data, mtime=0), "application/vnd.oci.image.layer.v1.tar+gzip")
            for data in layers
        ],
    }
    described = _blob(out, _json(manifest), str(manifest["mediaType"]))
    with open(os.path.join(out, "index.json"), "wb") as stream:
        stream.write(_json({"schemaVersion": 2, "manifests": [described]}))
    with open(os.path.join(out, "oci-layout"), "wb") as stream:
        stream.write(_json({"imageLayoutVersion": "1.0.0"}))


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _json(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True).encode()


def _blob(out: str, content: bytes, media_type: str) -> dict[str, Any]:
    digest = _digest(content)
    with open(os.path.join(out, "blobs", "sha256", digest.partition(":")[2]), "wb") as stream:
        stream.write(content)
    return {"mediaType": media_type, "digest": digest, "size": len(content)}


if __name__ == "__main__":
    main(*sys.argv[1:])
