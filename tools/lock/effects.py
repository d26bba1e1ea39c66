"""What installing the packages of a lock does beyond unpacking, for review.

Builds read the effects of a package from the package itself; the lock has them so that a person
sees what changes. The file lists of control archives name no directories and links. A script's
question about those is a condition in the lock, which a build decides.
"""

from __future__ import annotations

import functools
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.abc import ResourceLoader
from importlib.util import find_spec
from pkgutil import walk_packages
from typing import Any

from tools import effects as readers
from tools.debian import version
from tools.debian.deb import deb_members
from tools.effects.effect import NotReproduced
from tools.effects.effect_json import from_json
from tools.effects.package import condensed, package_effects
from tools.errors import PlinthError
from tools.lock.archive.debs import DebError, control_files
from tools.lock.fetch_indexes import Surroundings
from tools.lock.lockfile.lockfile import Lock, LockedPackage
from tools.lock.lockfile.urls import urls_of

Recorded = tuple[Mapping[str, Any], ...]
"""The effects of a package as JSON: see ``tools/effects/effect.py``."""


def record_effects(lock: Lock, surroundings: Surroundings, *, kept: bool = True) -> Lock:
    """Fetch the packages of a lock, and record their effects.

    The previous lock's record of the same bytes is used, so only changed packages are fetched. What
    these readers found in a package is cached.

    Args:
        lock: whose packages.
        surroundings: where from.
        kept: whether cached effects are used.

    Raises:
        PlinthError: a package cannot be fetched, or is damaged.
    """
    known = {
        package.sha256: package.effects
        for packages in (surroundings.previous.packages if surroundings.previous else {}).values()
        for package in packages
        if package.effects is not None
    }
    wanted = {
        package.sha256: package
        for packages in lock.packages.values()
        for package in packages
        if package.sha256 not in known and not lock.archives[package.archive].directory
    }

    reader = _reader() if wanted else ""

    def read(package: LockedPackage) -> Recorded:
        name = f"{package.sha256}.{reader}"
        before = surroundings.cache.derived(name) if kept else None
        if before is not None:
            return tuple(json.loads(before))
        data = surroundings.fetch_kept(
            urls_of(package, lock, surroundings.environment, surroundings.apt_directory),
            sha256=package.sha256,
            size=package.size,
            label=f"{package.name} {package.version}",
        )
        found = effects_of(data, package)
        surroundings.cache.put_derived(name, json.dumps(found).encode())
        return found

    with ThreadPoolExecutor(_DOWNLOADS) as pool:
        known.update(zip(wanted, pool.map(read, wanted.values()), strict=True))
    packages = {
        architecture: tuple(
            replace(package, effects=known.get(package.sha256)) for package in packages
        )
        for architecture, packages in lock.packages.items()
    }
    return replace(lock, packages=packages)


def effects_of(deb: bytes, package: LockedPackage) -> Recorded:
    """Return the effects of a package.

    Raises:
        PlinthError: the package is damaged.
    """
    label = f"{package.name} {package.version}"
    control = control_files(deb, label)
    files = _Files(deb, label, control)
    if not _SCRIPTS & control.keys() and not files.declares:
        return ()
    identity = {
        "name": package.name,
        "version": package.version,
        "architecture": package.architecture,
    }
    effects = package_effects(control, identity, files.kinds, files.read)
    for _ in range(_MOST_PASSES):
        if not files.asked:
            break
        files.unpack()
        effects = package_effects(control, identity, files.kinds, files.read)
    return tuple(effect.to_json() for effect in condensed(effects))


def not_reproduced(recorded: Recorded | None) -> list[NotReproduced]:
    """Return the recorded effects that images lack."""
    effects = (from_json(item) for item in recorded or ())
    return [effect for effect in effects if isinstance(effect, NotReproduced)]


@functools.cache
def _reader() -> str:
    """Return a digest of what reads effects: when it changes, packages are read again."""
    names = [module.name for module in walk_packages(readers.__path__, f"{readers.__name__}.")]
    digest = hashlib.sha256()
    for name in (*sorted(names), version.__name__, __name__):
        spec = find_spec(name)
        if spec is None or spec.origin is None or not isinstance(spec.loader, ResourceLoader):
            continue
        digest.update(spec.loader.get_data(spec.origin))
    return digest.hexdigest()[:16]


_DOWNLOADS = 8
_SCRIPTS = {"preinst", "postinst", "triggers"}
_DECLARATIONS = ("/usr/lib/sysusers.d/", "/usr/lib/tmpfiles.d/")
_LARGEST_READ = 1 << 20
# A file that is read may be a script that reads another one.
_MOST_PASSES = 3


class _Files:
    """The files of a package: at first as its control archive lists them."""

    def __init__(self, deb: bytes, label: str, control: Mapping[str, bytes]) -> None:
        self._deb = deb
        self._label = label
        self._contents: dict[str, bytes] = {}
        self.asked: set[str] = set()
        lines = control.get("md5sums", b"").decode("utf-8", "surrogateescape").splitlines()
        self.kinds = {f"/{line.partition('  ')[2]}": "file" for line in lines if "  " in line}
        for line in control.get("conffiles", b"").decode("utf-8", "surrogateescape").split("\n"):
            if line.startswith("/"):
                self.kinds[line.strip()] = "file"

    @property
    def declares(self) -> bool:
        """Whether there are files of sysusers.d or tmpfiles.d."""
        return any(path.startswith(_DECLARATIONS) for path in self.kinds)

    def read(self, path: str) -> bytes | None:
        """Return the content of a file, if it was unpacked."""
        if path not in self._contents:
            self.asked.add(path)
        return self._contents.get(path)

    def unpack(self) -> None:
        """Read the data member up to the last of the requested files.

        Raises:
            DebError: it is damaged.
        """
        wanted, self.asked = self.asked & self.kinds.keys(), set()
        member = deb_members(self._deb).data
        try:
            stream = io.BytesIO(member.read(self._deb))
            with tarfile.open(fileobj=stream, mode="r|*") as archive:
                for entry in archive if wanted else ():
                    wanted.discard(self._note(archive, entry, wanted))
                    if not wanted:
                        break
        except (tarfile.TarError, EOFError, OSError, ValueError, PlinthError) as error:
            raise DebError(
                self._label, f"its data member is damaged: {error}", "Download it again."
            ) from None

    def _note(self, archive: tarfile.TarFile, entry: tarfile.TarInfo, wanted: set[str]) -> str:
        path = "/" + entry.name.removeprefix("./").strip("/")
        if entry.isdir():
            self.kinds[path] = "directory"
        elif entry.issym():
            self.kinds[path] = "symlink"
        else:
            self.kinds[path] = "executable" if entry.mode & 0o111 else "file"
            stream = archive.extractfile(entry) if entry.isreg() else None
            if stream and entry.size <= _LARGEST_READ and path in wanted:
                self._contents[path] = stream.read()
        return path
