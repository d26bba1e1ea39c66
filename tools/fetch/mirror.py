"""Which base URLs an archive's bytes may come from, in the order in which they are tried.

Every byte is checked against a digest, so every source will do. That is why the host's apt
configuration is good enough, and why there is no list of public mirrors here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence

from tools.errors import PlinthError

SNAPSHOT = "snapshot"
"""The symbolic mirror of manifests: the snapshot service, at the archive's date."""

SNAPSHOT_SERVICE = "https://snapshot.debian.org/archive"

MIRRORS_VARIABLE = "PLINTH_MIRRORS"


class MirrorError(PlinthError):
    """A configured mirror cannot be understood.

    Attributes:
        item: the offending item.
        origin: where it was written.
    """

    def __init__(self, item: str, origin: str, problem: str, remedy: str) -> None:
        self.item = item
        self.origin = origin
        super().__init__(f'{origin}: "{item}": {problem}\n  {remedy}')


def base_urls(
    archive: str,
    *,
    configured: Sequence[str],
    stamp: str | None,
    environment: Mapping[str, str],
    apt_directory: str = "/etc/apt",
) -> tuple[str, ...]:
    """List the base URLs of an archive, the preferred one first, each once, without final slash.

    The order: ``$PLINTH_MIRRORS``; the manifest's mirrors; the mirrors that the host's apt
    configuration names for this archive; the snapshot service.

    Args:
        archive: the archive's name, ``debian``: the last path component of its mirrors' URLs.
        configured: the manifest's ``mirrors``: URLs, or ``snapshot``.
        stamp: the date at which the snapshot service is asked (``YYYYMMDDTHHMMSSZ``), if any.
        environment: where ``PLINTH_MIRRORS`` is looked up: ``NAME=URL`` items between spaces.
        apt_directory: the host's apt configuration; it need not exist.

    Raises:
        MirrorError: an item is not of the form described.
    """
    wanted = [
        *((url, f"${MIRRORS_VARIABLE}") for url in _from_environment(archive, environment)),
        *((url, f"mirrors of archive {archive}") for url in configured),
        *((url, apt_directory) for url in _from_apt(archive, apt_directory)),
        *([(SNAPSHOT, "")] if stamp else []),
    ]
    # A dict keeps the first of equal URLs, and with it the order.
    return tuple(dict.fromkeys(_resolve(url, origin, archive, stamp) for url, origin in wanted))


def single_urls(url: str, environment: Mapping[str, str]) -> tuple[str, ...]:
    """List the URLs of a file with its own URL: mirrors of the archive ``url`` first.

    Such a mirror has it under host and path: ``url=http://mirror.example/files`` has
    ``https://vendor.example/a.deb`` as ``http://mirror.example/files/vendor.example/a.deb``.

    Raises:
        MirrorError: an item of ``$PLINTH_MIRRORS`` is not of the form NAME=URL.
    """
    path = url.partition("://")[2]
    bases = _from_environment("url", environment)
    return (*(f"{base.rstrip('/')}/{path}" for base in bases), url)


def _resolve(url: str, origin: str, archive: str, stamp: str | None) -> str:
    if url == SNAPSHOT:
        if stamp is None:
            raise MirrorError(
                url,
                origin,
                "the snapshot service needs a date",
                f"Add `snapshot: YYYYMMDDTHHMMSSZ` to archive {archive}, or name a mirror's URL.",
            )
        return f"{SNAPSHOT_SERVICE}/{archive}/{stamp}"
    if not url.startswith(_SCHEMES):
        raise MirrorError(
            url,
            origin,
            "not a mirror's URL",
            f"Write `{SNAPSHOT}` or a URL that starts with {', '.join(_SCHEMES)}.",
        )
    return url.rstrip("/")


_SCHEMES = ("https://", "http://", "file:/")


def _from_environment(archive: str, environment: Mapping[str, str]) -> Iterator[str]:
    for item in environment.get(MIRRORS_VARIABLE, "").split():
        name, separator, url = item.partition("=")
        if not name or not separator or not url or "/" in name:
            raise MirrorError(
                item,
                f"${MIRRORS_VARIABLE}",
                "not of the form NAME=URL",
                "Write for example debian=http://mirror.example/debian; separate items by spaces.",
            )
        if name == archive:
            yield url


def _from_apt(archive: str, directory: str) -> Iterator[str]:
    """Find the URIs of apt's configuration whose last path component is the archive's name.

    sources.list(5): sources.list first, then the parts in order of their file names.
    """
    for uri in _apt_uris(directory):
        for url in _expand(uri):
            if url.startswith(_SCHEMES) and url.rstrip("/").rpartition("/")[2] == archive:
                yield url


def _apt_uris(directory: str) -> Iterator[str]:
    yield from _one_line_uris(_read(os.path.join(directory, "sources.list")))
    parts = os.path.join(directory, "sources.list.d")
    try:
        names = sorted(os.listdir(parts))
    except OSError:
        return
    for name in names:
        if name.endswith(".list"):
            yield from _one_line_uris(_read(os.path.join(parts, name)))
        elif name.endswith(".sources"):
            yield from _deb822_uris(_read(os.path.join(parts, name)))


def _one_line_uris(text: str) -> Iterator[str]:
    """``deb [option=value …] URI SUITE COMPONENT…``, one per line."""
    for line in text.splitlines():
        kind, *rest = line.partition("#")[0].split(maxsplit=1)[:2] or [""]
        if kind != "deb" or not rest:
            continue
        options_and_uri = rest[0]
        if options_and_uri.startswith("["):
            options_and_uri = options_and_uri.partition("]")[2]
        yield from options_and_uri.split()[:1]


def _deb822_uris(text: str) -> Iterator[str]:
    """Stanzas with ``Types``, ``URIs`` and perhaps ``Enabled: no``."""
    for stanza in _stanzas(text):
        enabled = stanza.get("enabled", "yes").strip().lower() not in _SWITCHED_OFF
        if enabled and "deb" in stanza.get("types", "").split():
            yield from stanza.get("uris", "").split()


# apt's StringToBool
_SWITCHED_OFF = ("no", "false", "without", "off", "disable", "0")


def _stanzas(text: str) -> Iterator[dict[str, str]]:
    # Not tools.debian's parser, which is strict: an unusual file of the host is no error here.
    stanza: dict[str, str] = {}
    field = ""
    for line in [*text.splitlines(), ""]:
        if line.startswith("#"):
            continue
        if not line.strip():
            if stanza:
                yield stanza
            stanza, field = {}, ""
        elif line[0] in " \t":
            if field:
                stanza[field] += "\n" + line.strip()
        else:
            name, _, value = line.partition(":")
            field = name.strip().lower()
            stanza[field] = value.strip()


def _expand(uri: str) -> Iterator[str]:
    """Read a ``mirror+file:`` list (apt-transport-mirror(1)); any other URI is its own mirror."""
    if uri.startswith("copy:"):
        yield "file:" + uri[len("copy:") :]
        return
    if not uri.startswith(_MIRROR_LIST):
        yield uri
        return
    path = uri[len(_MIRROR_LIST) :]
    while path.startswith("//"):
        path = path[1:]
    for line in _read(path).splitlines():
        words = line.partition("#")[0].split()
        if words:
            yield words[0]


_MIRROR_LIST = "mirror+file:"


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        # Absent, or not readable: then it names no mirror.
        return ""
