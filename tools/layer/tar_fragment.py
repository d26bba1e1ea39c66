"""The verb ``tar-fragment``: any tar archive, under the same checks as a package.

Its keys:
    tar                 plain, or compressed with gzip, xz, zstd or bzip2
    prefix?             directory in the image that it goes to, default the root
    policy*?            see ``path_policy.py``; no line means: drop nothing
"""

from __future__ import annotations

import mmap

from tools.errors import PlinthError
from tools.layer.fragment import FRAGMENT_KEYS, FragmentWriter
from tools.layer.path_policy import compile_policy
from tools.layer.tar_copy import TarCopy
from tools.tar.decompress import DecompressError, compression_of, decompress
from tools.tar.header import TarError
from tools.tar.mapped import releasing, sha256_of
from tools.tar.reader import read_tar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.action.params import Params
    from tools.tar.reader import TarEntry


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        PlinthError: the archive is damaged, or has an entry that is refused.
    """
    params.only((*FRAGMENT_KEYS, "tar", "prefix", "policy"))
    path = params.path("tar")
    prefix = params.one("prefix", "/").strip("/")
    policy = compile_policy(params.many("policy"), ())
    writer = FragmentWriter(params, path.rpartition("/")[2])
    try:
        with (
            open(path, "rb") as stream,
            mmap.mmap(stream.fileno(), 0, prot=mmap.PROT_READ) as data,
            memoryview(data) as view,
        ):
            place = prefix and prefix + "/"
            copy = TarCopy(lambda: _read(view, data), policy, writer, prefix=place)
            copy.run()
            if not writer.component:
                name = path.rpartition("/")[2]
                writer.component = {"type": "archive", "name": name, "sha256": sha256_of(data)}
    except (TarError, DecompressError) as error:
        raise PlinthError(f"{writer.origin}: {error}\n  file: {path}") from error
    except (OSError, ValueError) as error:  # mmap refuses an empty file
        raise PlinthError(f"{writer.origin}: cannot read {path}: {error}") from error
    writer.finish({"dropped": copy.dropped})


def _read(data: memoryview, mapping: mmap.mmap) -> Iterator[TarEntry]:
    start = bytes(data[:6])
    compression = compression_of(start)
    return read_tar(releasing(decompress(compression, data), mapping))
