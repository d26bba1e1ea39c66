"""A root in which dpkg has configured packages, against an image of the same packages."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.exhaustive.gvdb import read_gvdb
from tools.action.program import main
from tools.configure.configuration_fragment import EFFECTS
from tools.configure.contents import Source

EXPLAINED = {
    "dev/": "devices: the container runtime makes them",
    "etc/.pwd.lock": "a lock of a program at work",
    "etc/group": "the numbers of dynamic accounts; the names are compared as owners of files",
    "etc/gshadow": "as etc/group",
    "etc/hostname": "of the machine",
    "etc/hosts": "of the machine",
    "etc/ld.so.cache": "the same libraries, but written by Plinth",
    "etc/dovecot/private/": "a key pair: each container makes its own",
    "etc/freeradius/3.0/certs/dh": "as a key: each container makes its own",
    "etc/machine-id": "of the machine",
    "etc/passwd": "as etc/group",
    "etc/resolv.conf": "of the machine",
    "etc/rc": "links of System V init",
    "etc/shadow": "as etc/group; it has no dates",
    "etc/ssh/ssh_host_": "keys: each container makes its own",
    "etc/ssl/certs/62742064.0": "a key pair: each container makes its own",
    "etc/ssl/certs/java/cacerts": "the same certificates with other dates",
    "etc/ssl/certs/ssl-cert-snakeoil.pem": "a key pair: each container makes its own",
    "etc/ssl/private/": "a key pair: each container makes its own",
    "etc/apt/": "mmdebstrap wrote it",
    "etc/systemd/": "which services an init system starts",
    "etc/bind/rndc.key": "a key: each container makes its own",
    "etc/fstab": "mmdebstrap wrote it",
    "etc/opt": "an empty directory of the hierarchy standard, that base-files makes",
    "media": "as etc/opt",
    "mnt": "as etc/opt",
    "opt": "as etc/opt",
    "proc/": "mounted",
    "run/": "mounted",
    "srv": "as etc/opt",
    "sys/": "mounted",
    "tmp/": "mounted",
    "usr/share/icons/Adwaita/icon-theme.cache": "GTK reads the icons when it is missing",
    "usr/share/icons/hicolor/icon-theme.cache": "as that of Adwaita",
    "usr/share/info/dir": "documentation",
    "usr/local/": "as etc/opt",
    "var/cache/": "programs make it when it is missing",
    "var/lib/apt/": "apt's own",
    "var/lib/dbus/machine-id": "of the machine",
    "var/lib/dpkg/": "dpkg's own",
    "var/lib/emacsen-common/": "which packages Emacs has compiled",
    "etc/ldap/slapd.d/": "a database: data, not configuration",
    "var/lib/ldap/": "a database: data, not configuration",
    "var/lib/mysql": "a database: data, not configuration",
    "var/lib/postgresql/": "a database: data, not configuration",
    "etc/postgresql/": "the configuration of that database",
    "var/lib/systemd/": "what an init system keeps",
    "usr/share/mime/mime.cache": "the same types, but in another order",
    "var/lib/sgml-base/supercatalog.old": "what was there before",
    "var/lib/ucf/": "ucf's own",
    "var/log/": "logs",
    "debs": "of this test",
}
"""Where the two may differ, and why: prefixes of paths."""

_IN_ANY_ORDER: dict[str, Callable[[bytes], Any]] = {
    "usr/share/glib-2.0/schemas/gschemas.compiled": read_gvdb,
    **dict.fromkeys(
        (f"usr/share/mime/{name}" for name in ("generic-icons", "globs", "globs2", "subclasses")),
        lambda content: sorted(content.splitlines()),
    ),
}
"""Files that Debian's tools write in the order of a hash table, and how they are compared."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One respect in which the two differ."""

    path: str
    what: str
    package: str


def make_root(root: Path, packages: list[str], release: str = "trixie") -> None:
    """Install packages with dpkg; their files, as packages, are left in ``debs`` of the root."""
    download = (
        'chroot "$1" sh -c "mkdir /debs && cd /debs && apt-get download -q '
        "\\$(dpkg-query -W -f '\\${binary:Package}=\\${Version} ')\""
    )
    subprocess.run(
        [
            "mmdebstrap", "--variant=minbase", f"--include={','.join(packages)}",
            '--aptopt=APT::Install-Recommends "false"', f"--customize-hook={download}",
            "--skip=cleanup/apt", release, str(root),
        ],
        check=True,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
    )  # fmt: skip


def make_image(root: Path, work: Path) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """Unpack and configure the packages of a root as an image.

    Returns:
        the entries by path, and the package that ships each path.
    """
    segments: list[dict[str, str]] = []
    entries: dict[str, dict[str, Any]] = {}
    owners: dict[str, str] = {}
    by_units: set[str] = set()
    for number, deb in enumerate(sorted((root / "debs").glob("*.deb"))):
        name, version, architecture = (field.replace("%3a", ":") for field in deb.stem.split("_"))
        package = {"name": name, "version": version, "architecture": architecture}
        part = {"segment": str(work / f"{number}.segment"), "facts": str(work / f"{number}.json")}
        _run(
            work, "package-fragment", ("deb", str(deb)), ("package", package), ("policy", {}),
            ("origin", name), ("out_segment", part["segment"]), ("out_facts", part["facts"]),
        )  # fmt: skip
        segments.append(part)
        of_package = json.loads(Path(part["facts"]).read_text())
        by_units |= {
            effect["path"].strip("/")
            for effect in of_package.get("effects", ())
            if effect["kind"] == "directory" and effect["script"].endswith(".service")
        }
        for entry in of_package["entries"]:
            if entry["type"] != "directory" or entry["path"] not in entries:
                entries[entry["path"]] = entry
            owners.setdefault(entry["path"], name)
    facts = work / "configuration.json"
    _run(
        work, "configuration-fragment", *(("segment", part) for part in segments),
        ("architecture", "amd64"), *(("effect", effect) for effect in EFFECTS),
        ("out_segment", str(work / "configuration.segment")), ("out_facts", str(facts)),
    )  # fmt: skip
    configuration = json.loads(facts.read_text())
    contents = Source(configuration, str(work / "configuration.segment"))
    for path, content in contents.read(set(_IN_ANY_ORDER)).items():
        entry = next(entry for entry in configuration["entries"] if entry["path"] == path)
        entry["content"] = _IN_ANY_ORDER[path](content)
    for path in configuration["configuration"]["removes"]:
        del entries[path]
    for entry in configuration["entries"]:
        # Directories that a service manager makes when it starts a service are not in the root.
        if entry["path"] in entries or entry["path"] not in by_units:
            entries[entry["path"]] = entry
    return entries, owners


def differences(
    root: Path, image: dict[str, dict[str, Any]], owners: dict[str, str]
) -> list[Difference]:
    """Everything in which a root and an image differ without an explanation."""
    found: list[Difference] = []
    seen = set()
    for directory, names, files in os.walk(root):
        for name in sorted([*names, *files]):
            full = Path(directory, name)
            path = str(full.relative_to(root))
            seen.add(path)
            if _explained(path + "/" if full.is_dir() else path):
                if name in names:
                    names.remove(name)
                continue
            for what in _compare(full, image, path):
                found.append(Difference(path, what, _owner(path, owners)))
    for path in image:
        if path not in seen and not _explained(path) and not _explained(path + "/"):
            found.append(Difference(path, "only in the image", _owner(path, owners)))
    return found


def _compare(full: Path, image: dict[str, dict[str, Any]], path: str) -> list[str]:
    entry = image.get(path)
    if entry is None:
        return ["not in the image"]
    if entry["type"] == "hardlink":
        entry = image[entry["target"]]
    status = full.lstat()
    kind = stat.S_IFMT(status.st_mode)
    kinds = {"file": stat.S_IFREG, "directory": stat.S_IFDIR, "symlink": stat.S_IFLNK}
    if kind != kinds[entry["type"]]:
        return [f"a {entry['type']} in the image alone"]
    if kind == stat.S_IFLNK:
        target = os.readlink(full)
        return [] if target == entry["target"] else [f"{target}, in the image {entry['target']}"]
    found = []
    if stat.S_IMODE(status.st_mode) != entry["mode"]:
        found.append(f"mode {stat.S_IMODE(status.st_mode):o}, in the image {entry['mode']:o}")
    if kind == stat.S_IFREG and not _has_content(entry, full.read_bytes()):
        found.append("another content")
    for number, mine in ((status.st_uid, entry["uid"]), (status.st_gid, entry["gid"])):
        # Dynamic numbers differ; static ones, and whether it is one of the two, may not.
        if number != mine and not (_dynamic(number) and _dynamic(mine)):
            found.append(f"owner {number}, in the image {mine}")
    return found


def _has_content(entry: dict[str, Any], content: bytes) -> bool:
    if "content" in entry:
        return bool(_IN_ANY_ORDER[entry["path"]](content) == entry["content"])
    return bool(hashlib.sha256(content).hexdigest() == entry["sha256"])


def _dynamic(number: int) -> bool:
    return 100 <= number < 1000


def _explained(path: str) -> bool:
    if path.startswith("etc/xml/") and path.endswith(".old"):
        return True  # what was there before
    return path.startswith(tuple(EXPLAINED)) or "/__pycache__/" in path or path.endswith(".pyc")


def _owner(path: str, owners: dict[str, str]) -> str:
    while path:
        if path in owners:
            return owners[path]
        path = path.rpartition("/")[0]
    return "base-files"


def _run(work: Path, verb: str, *params: tuple[str, Any]) -> None:
    file = work / "params"
    file.write_text("\n".join([verb, *(json.dumps({key: value}) for key, value in params)]) + "\n")
    assert main([f"@{file}"]) == 0, verb
