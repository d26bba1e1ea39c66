"""``python -m tests.exhaustive.digests FILES``: what files become in every format, as digests."""

from __future__ import annotations

import hashlib
import sys

from tools.layer.compress import MemberWriter, compressor

LEVELS = (("gzip", (1, 6, 9, 12)), ("zstd", (1, 3, 9, 15)))
LARGEST = 5 << 20


def digests(data: bytes) -> list[str]:
    """One line per format and level."""
    lines = []
    for name, levels in LEVELS:
        for level in levels:
            sha256 = hashlib.sha256()
            writer = MemberWriter(compressor({"format": name, "level": level}), sha256.update)
            for start in range(0, len(data), 99_991):
                writer.write(data[start : start + 99_991])
            writer.close()
            lines.append(f"{name} {level} {sha256.hexdigest()}")
    return lines


if __name__ == "__main__":
    content = b""
    for path in sys.argv[1:]:
        with open(path, "rb") as stream:
            content += stream.read()
    print("\n".join(digests(content[:LARGEST])))
