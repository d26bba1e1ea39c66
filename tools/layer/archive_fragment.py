"""The verb ``archive-fragment``: files of an upstream archive, and a record of the archive.

Its keys:
    file*               {"src", "path"}; modes as in files-fragment
    symlink*?           {"path", "target"}
    policy*?            see ``path_policy.py``; on paths in the image; no line means: drop nothing
    record              {"package", "version", "architecture"} of its entry in status.d
    ``component`` is of type "archive" and has "sha256" or "sha512" of upstream's archive.
"""

from __future__ import annotations

import os

from tools.errors import PlinthError
from tools.layer.facts import STATUS_DIRECTORY
from tools.layer.files_fragment import content_mode, read_pieces
from tools.layer.fragment import FRAGMENT_KEYS, FragmentWriter
from tools.layer.path_policy import compile_policy
from tools.tar import digest
from tools.tar.reader import encode_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tools.action.params import Params


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        PlinthError: a file cannot be read, or a path is repeated.
    """
    params.only((*FRAGMENT_KEYS, "file", "symlink", "policy", "record"))
    record = params.one("record")
    policy = compile_policy(params.many("policy"), ())
    writer = FragmentWriter(params, f"{record['package']} {record['version']}")
    md5 = {}
    # By path, so that the bytes do not depend on the order of a glob.
    for item in sorted(params.many("file"), key=lambda file: os.fsencode(file["path"])):
        if policy.keeps(item["path"]):
            md5[item["path"]] = _add(writer, item["src"], item["path"])
    for item in sorted(params.many("symlink"), key=lambda link: os.fsencode(link["path"])):
        writer.symlink(item["path"], item["target"])
    place = f"{STATUS_DIRECTORY}/{record['package']}"
    writer.content(place, status(record, params.one("component")))
    sums = [f"{md5[path]}  ".encode() + encode_name(path) + b"\n" for path in md5]
    writer.content(place + ".md5sums", b"".join(sums))
    writer.finish()


def status(record: dict[str, str], component: dict[str, str]) -> bytes:
    """Return the paragraph that scanners find in ``status.d``.

    It has the archive's name in the lock, which no package of Debian has. So a scanner shows it,
    and does not match it with Debian's advisories.
    """
    checksum = next(key for key in ("sha256", "sha512") if key in component)
    lines = [
        f"Package: {record['package']}",
        f"Version: {record['version']}",
        f"Architecture: {record['architecture']}",
        "Section: misc",
        *([f"Homepage: {component['homepage']}"] if "homepage" in component else []),
        f"Origin: {component['url']}",
        f"Checksum-{checksum.capitalize()}: {component[checksum]}",
        f"Description: {component['name']} {component['version']}, as its makers built it",
        f" Not a package of Debian: from an archive of upstream's ({component['license']}).",
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
