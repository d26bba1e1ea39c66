"""The dynamic loader's cache, and the links that ldconfig(8) makes."""

from __future__ import annotations

from tools.layer.ld_so_cache_fragment import PATH
from tools.layer.writers.ld_so_cache import BIG_ENDIAN, GENERATOR, find_libraries, write_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tools.configure.image import Image


def write(image: Image) -> None:
    """Write the cache, if the packages bring libraries that belong there."""
    root = image.root
    libraries, links = find_libraries(root)
    brought = root.own | root.touched
    if not any(root.locate(library.path) in brought for library in libraries):
        return
    for path, target in links:
        root.symlink(path, target)
    big_endian = image.architecture in BIG_ENDIAN
    root.write(PATH, write_cache(libraries, big_endian=big_endian, generator=GENERATOR))
