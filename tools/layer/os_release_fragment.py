"""The verb ``os-release-fragment``: usr/lib/os-release, where scanners read the distribution.

Its keys:
    os_release          {KEY: value}; keys are written in the given order
"""

from __future__ import annotations

from tools.layer.fragment import FRAGMENT_KEYS, FragmentWriter
from tools.layer.writers.os_release import format_os_release

PATH = "usr/lib/os-release"
"""etc/os-release is a link to it, which base-files ships."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tools.action.params import Params


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        PlinthError: a key or value cannot be written.
    """
    params.only((*FRAGMENT_KEYS, "os_release"))
    writer = FragmentWriter(params, "os-release")
    writer.content(PATH, format_os_release(params.one("os_release")).encode())
    writer.finish()
