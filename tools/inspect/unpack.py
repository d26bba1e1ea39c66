"""Unpacks the layers of an image into a directory, as a container runtime does, unprivileged."""

from __future__ import annotations

import io
import os
import shutil
import tarfile
from typing import TYPE_CHECKING

from tools.layer.decompress import decompress

if TYPE_CHECKING:
    from collections.abc import Iterable

_ZSTD = b"\x28\xb5\x2f\xfd"
_WHITEOUT, _OPAQUE = ".wh.", ".wh..wh..opq"  # OCI image spec, "Whiteouts"


def unpack_layers(layers: Iterable[str], root: str) -> None:
    """Unpack layers, lowest first; owners become the caller's own.

    Directories get their modes last, so that a directory without write permission can be filled.

    Args:
        layers: paths of compressed tar archives.
        root: a directory.

    Raises:
        OSError: something cannot be read or written.
        tarfile.TarError: a layer is damaged, or would leave ``root``.
    """
    directories: dict[str, int] = {}
    for layer in layers:
        with _open_layer(layer) as archive:
            for member in archive:
                directory, name = os.path.split(member.name)
                if name.startswith(_WHITEOUT):
                    _hide(os.path.join(root, directory), name)
                elif member.isdir():
                    directories[member.name.rstrip("/")] = member.mode
                    os.makedirs(os.path.join(root, member.name), exist_ok=True)
                else:
                    if os.path.islink(target := os.path.join(root, member.name)):
                        os.unlink(target)  # or it would be written through
                    archive.extract(member, root, filter=_as_it_is, set_attrs=True)
    for directory, mode in directories.items():
        if os.path.isdir(os.path.join(root, directory)):
            os.chmod(os.path.join(root, directory), mode)


def _hide(directory: str, name: str) -> None:
    for victim in os.listdir(directory) if name == _OPAQUE else [name.removeprefix(_WHITEOUT)]:
        path = os.path.join(directory, victim)
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        elif os.path.lexists(path):
            os.unlink(path)


def _open_layer(path: str) -> tarfile.TarFile:
    with open(path, "rb") as stream:
        data = stream.read()
    if data.startswith(_ZSTD):
        return tarfile.open(fileobj=io.BytesIO(b"".join(decompress("zst", memoryview(data)))))
    return tarfile.open(fileobj=io.BytesIO(data))


def _as_it_is(member: tarfile.TarInfo, root: str) -> tarfile.TarInfo:
    tarfile.tar_filter(member, root)  # refuses what leads out of the root
    return member.replace(uid=os.getuid(), gid=os.getgid(), uname="", gname="", deep=False)
