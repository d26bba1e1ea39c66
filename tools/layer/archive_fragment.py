"""The verb ``archive-fragment``: files of an upstream archive, and a record of what they are."""

from __future__ import annotations

import os

from tools.debian.errors import PlinthError
from tools.layer import digest
from tools.layer.files_fragment import content_mode, read_pieces
from tools.layer.fragment import FRAGMENT_KEYS, FragmentWriter
from tools.layer.package_fragment import STATUS_DIRECTORY
from tools.layer.path_policy import compile_policy
from tools.layer.tar_reader import encode_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tools.layer.params import Params


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        PlinthError: a file cannot be read, or a path stands twice.
    """
    params.only((*FRAGMENT_KEYS, "file", "symlink", "package", "policy"))
    package = params.one("package")
    policy = compile_policy(params.many("policy"), ())
    writer = FragmentWriter(params, f"{package['package']} {package['version']}")
    md5 = {}
    # By path, so that the bytes do not depend on the order of a glob.
    for item in sorted(params.many("file"), key=lambda file: os.fsencode(file["path"])):
        if policy.keeps(item["path"]):
            md5[item["path"]] = _add(writer, item["src"], item["path"])
    for item in sorted(params.many("symlink"), key=lambda link: os.fsencode(link["path"])):
        writer.symlink(item["path"], item["target"])
    record = f"{STATUS_DIRECTORY}/{package['package']}"
    writer.content(record, status(package))
    sums = [f"{md5[path]}  ".encode() + encode_name(path) + b"\n" for path in md5]
    writer.content(record + ".md5sums", b"".join(sums))
    writer.finish(package)


def status(package: dict[str, Any]) -> bytes:
    """The paragraph that scanners find in ``status.d``.

    It goes by the archive's name in the lock, which no package of Debian has: a scanner shows it,
    and does not take Debian's advisories for ones about it.
    """
    checksum = next(key for key in ("sha256", "sha512") if key in package)
    lines = [
        f"Package: {package['package']}",
        f"Version: {package['version']}",
        f"Architecture: {package['architecture']}",
        "Section: misc",
        *([f"Homepage: {package['homepage']}"] if "homepage" in package else []),
        f"Origin: {package['url']}",
        f"Checksum-{checksum.capitalize()}: {package[checksum]}",
        f"Description: {package['name']} {package['version']}, as its makers built it",
        f" Not a package of Debian: unpacked from an archive of upstream's ({package['licence']}).",
    ]
    return "\n".join(lines).encode() + b"\n"


def _add(writer: FragmentWriter, source: str, path: str) -> str:
    md5 = digest.md5(usedforsecurity=False)
    try:
        with open(source, "rb", buffering=0) as stream:
            start = stream.read(4)
            stream.seek(0)
            size = os.fstat(stream.fileno()).st_size
            mode = content_mode(start, source)
            writer.file(path, size, read_pieces(stream), mode=mode, also=md5.update)
    except OSError as error:
        raise PlinthError(f"{writer.origin}: {path}: cannot read {source}: {error}") from error
    return md5.hexdigest()
