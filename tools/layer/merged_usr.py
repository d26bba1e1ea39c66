"""The merged-usr layout of Debian 12 and later: /bin, /sbin and /lib* are links into /usr.

If a package still ships ``lib/x``, it is written as ``usr/lib/x``: a tar entry below ``lib/`` would
replace the link with a directory. Note that sbin goes to usr/sbin, not usr/bin.
"""

from __future__ import annotations

ALIASES = ("bin", "lib", "lib32", "lib64", "libx32", "sbin")
"""Top-level names that are links to the same name below usr."""


def merge_usr(path: str) -> str:
    """Return the merged-usr name of a path below an aliased directory; other paths unchanged.

    The bare name of an alias is unchanged: it is the link itself, which base-files ships.
    """
    head, slash, _ = path.partition("/")
    return "usr/" + path if slash and head in ALIASES else path
