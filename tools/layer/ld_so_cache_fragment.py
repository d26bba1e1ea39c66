"""The verb ``ld-so-cache-fragment``: ``etc/ld.so.cache`` for everything in an image.

libc's trigger would run ldconfig. Without the cache programs still start, but slower, and
``ctypes.util.find_library`` finds nothing.

Its keys:
    facts*              facts of fragments, layer.json files, base layers included, and facts of
                        foreign images
    architecture        Debian's name: amd64, arm64, armhf, s390x, ppc64el, riscv64, i386
"""

from __future__ import annotations

from tools.layer.below import read_below
from tools.layer.fragment import FRAGMENT_KEYS, FragmentWriter
from tools.layer.tree import Tree
from tools.layer.writers.ld_so_cache import BIG_ENDIAN, GENERATOR, find_libraries, write_cache

PATH = "etc/ld.so.cache"
"""The file that ld.so(8) reads."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tools.action.params import Params


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        PlinthError: facts cannot be read.
    """
    params.only((*FRAGMENT_KEYS, "facts", "architecture"))
    tree = Tree(read_below(params.many("facts")))
    libraries, links = find_libraries(tree)
    big_endian = params.path("architecture") in BIG_ENDIAN
    writer = FragmentWriter(params, "ld.so.cache")
    writer.generated = "whole"
    writer.content(PATH, write_cache(libraries, big_endian=big_endian, generator=GENERATOR))
    for path, target in links:
        writer.symlink(path, target)
    writer.finish()
