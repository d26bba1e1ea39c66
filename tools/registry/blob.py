"""A blob to send, and whether its file is what was built.

You may build again, or clean, during a push. A changed file is found before its first byte is sent,
or while it is sent; no tag has moved then.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from io import BufferedReader

from tools.errors import PlinthError

_AGAIN = "build the image again, and then push it"


class ChangedError(PlinthError):
    """A file is not what was built."""


@dataclass(frozen=True, slots=True)
class Blob:
    """One blob to send.

    Attributes:
        digest: ``sha256:`` and 64 hexadecimal digits.
        size: bytes.
        path: the file; it is read only if a registry lacks the blob.
    """

    digest: str
    size: int
    path: str

    def open(self) -> BufferedReader:
        """Its file.

        Raises:
            ChangedError: it cannot be read, or has another size.
        """
        try:
            stream = open(self.path, "rb")  # noqa: SIM115 - the caller closes it
        except FileNotFoundError as error:
            raise ChangedError(
                f"{self.path}: is not here\n"
                f"  {_AGAIN}; if Bazel builds elsewhere, with --remote_download_toplevel"
            ) from error
        except OSError as error:
            raise ChangedError(
                f"{self.path}: cannot be read: {error.strerror}\n  {_AGAIN}"
            ) from error
        size = os.fstat(stream.fileno()).st_size
        if size != self.size:
            stream.close()
            raise ChangedError(
                f"{self.path}: {size} bytes, but its manifest says {self.size}\n  {_AGAIN}"
            )
        return stream

    def check_size(self) -> None:
        """Return whether its file is there, and has its size.

        Raises:
            ChangedError: it is missing, or has another size.
        """
        self.open().close()

    def check_content(self) -> None:
        """Return whether its file is what the digest says.

        Raises:
            ChangedError: it is not.
        """
        with self.open() as stream:
            self.check_digest(hashlib.file_digest(stream, "sha256").hexdigest())

    def check_digest(self, found: str) -> None:
        """Return whether what was read has the digest, of which these are the hexadecimal digits.

        Raises:
            ChangedError: it has not.
        """
        if f"sha256:{found}" != self.digest:
            raise ChangedError(
                f"{self.path}: has changed: it is sha256:{found}, but its manifest says"
                f" {self.digest}\n  {_AGAIN}"
            )
