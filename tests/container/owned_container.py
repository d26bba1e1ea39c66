"""A container whose files have the owners that the image gives them, for servers that give up root.

Only root can make one: a user namespace of another user has one user.
"""

from __future__ import annotations

import os

from tests.container.container import NAMESPACES, Container
from tests.container.rootfs import own, read_layout


class OwnedContainer(Container):
    """A container without a user namespace."""

    _spaces = ("net", "ipc", "mnt")

    def __init__(self, layout: str) -> None:
        """Unpack the image of a layout directory, with its owners."""
        super().__init__(layout)
        own(read_layout(layout), self.root)
        os.makedirs(os.path.join(self.root, "tmp"), exist_ok=True)
        modes = {"..": 0o711, "": 0o755, "dev/shm": 0o1777, "tmp": 0o1777}
        for path, mode in modes.items():
            os.chmod(os.path.join(self.root, path), mode)

    def _enter(self) -> None:
        user, group = self._user()
        os.unshare(NAMESPACES)
        self._enter_root()
        os.setgroups([])
        os.setgid(int(group))
        os.setuid(int(user))
