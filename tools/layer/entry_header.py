"""The tar header of an entry, from its facts alone."""

from __future__ import annotations

from tools.tar.header import DIRECTORY, FILE, HARDLINK, SYMLINK, format_header
from tools.tar.reader import encode_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tools.layer.facts import Entry

XATTR = b"SCHILY.xattr."
"""The prefix of the key of a pax record of an extended attribute."""

_TYPES = {"file": FILE, "hardlink": HARDLINK, "symlink": SYMLINK, "directory": DIRECTORY}


def entry_name(entry: Entry) -> str:
    """Return the name of an entry in a tar archive; a directory's ends in a slash."""
    path: str = entry["path"]
    return path + "/" if entry["type"] == "directory" else path


def entry_header(entry: Entry) -> bytes:
    """Write the header of an entry. See ``facts`` for what an entry is."""
    xattrs = entry.get("xattrs")
    return format_header(
        encode_name(entry_name(entry)),
        typeflag=_TYPES[entry["type"]],
        mode=entry["mode"],
        uid=entry["uid"],
        gid=entry["gid"],
        size=entry.get("size", 0),
        linkname=encode_name(entry.get("target", "")),
        attributes={XATTR + encode_name(name): bytes.fromhex(xattrs[name]) for name in xattrs}
        if xattrs
        else None,
    )
