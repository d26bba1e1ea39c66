"""The places of the parts of a wheel: pip's installation scheme for Debian's Python.

Below ``PREFIX/lib/pythonX.Y/dist-packages`` or ``site-packages`` (sysconfig's ``posix_local`` and
``venv``), scripts go to ``PREFIX/bin``, data to ``PREFIX`` and headers to
``PREFIX/include/pythonX.Y/NAME``. Any other directory has the layout of ``pip install --target``:
everything is below it.
"""

from __future__ import annotations

from tools.layer.zip_reader import ZipError
from tools.tar.reader import clean_path

# PEP 427: signatures are of the archive, not of what is installed; RECORD is written again.
_OF_THE_ARCHIVE = ("RECORD", "RECORD.jws", "RECORD.p7s", "INSTALLER")


class Scheme:
    """The places of the members of one wheel.

    Attributes:
        info: name of its ``.dist-info`` directory.
        scripts: path in the image of the directory of programs.
    """

    def __init__(self, prefix: str, info: str) -> None:
        """Take the directory of modules, a path in the image, and the name of the metadata."""
        self.info = info
        self._prefix = prefix
        base, include = _base(prefix)
        name = info.removesuffix(".dist-info").rpartition("-")[0]
        self.scripts = f"{base}/bin".lstrip("/")
        self._places = {
            "purelib": prefix,
            "platlib": prefix,
            "scripts": self.scripts,
            "data": base,
            "headers": f"{include}/{name}",
        }

    def place(self, name: str) -> str | None:
        """Return the path of a member in the image; None if it is left out.

        Raises:
            ZipError: the member is in no part of a wheel that PEP 427 names.
        """
        path = clean_path(name.encode("utf-8", "surrogateescape"))
        if path.endswith(".pyc") or path in {f"{self.info}/{file}" for file in _OF_THE_ARCHIVE}:
            return None
        top, _, rest = path.partition("/")
        if top != self.info.removesuffix(".dist-info") + ".data":
            return f"{self._prefix}/{path}"
        kind, _, rest = rest.partition("/")
        if kind not in self._places or not rest:
            raise ZipError(f"{name}: an unknown part of a wheel")
        return f"{self._places[kind]}/{rest}".lstrip("/")


def _base(prefix: str) -> tuple[str, str]:
    """Return the directories of data and of headers."""
    parts = prefix.split("/")
    if len(parts) >= 3 and parts[-3] == "lib" and parts[-1] in {"dist-packages", "site-packages"}:
        base = "/".join(parts[:-3])
        return base, f"{base}/include/{parts[-2]}"
    return prefix, f"{prefix}/include"
