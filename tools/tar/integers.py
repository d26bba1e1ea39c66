"""The integers of binary formats: ``struct.Struct`` with types for the type checker."""

from __future__ import annotations

from struct import Struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mmap import mmap

    Content = bytes | bytearray | memoryview | mmap

    class Integers(Struct):
        """A format of only integers and padding."""

        def unpack_from(self, buffer: Content, offset: int = 0) -> tuple[int, ...]:  # type: ignore[override]
            """Read those at an offset.

            Raises:
                struct.error: the buffer ends before.
            """
            ...
else:
    Integers = Struct
