"""Reads the mirrors of packages: the host's apt configuration (sources.list(5)) and PLINTH_MIRRORS.

tools/fetch/mirror.py does the same for the tools; tests/rules/apt_sources_cases.bzl tests both.
"""

load("//rules/private:words.bzl", "words")

visibility("//...")

# What Bazel's downloader can fetch. apt knows more methods: cdrom:, tor+https:, mirror+http:, …
_SCHEMES = ("https://", "http://", "file:/")

# The values of `Enabled` that switch a source off: apt's StringToBool.
_SWITCHED_OFF = ("no", "false", "without", "off", "disable", "0")

_MIRROR_LIST = "mirror+file:"

def _stanzas(text):
    stanzas = [{}]
    name = ""
    for line in text.replace("\r\n", "\n").split("\n"):
        if line.startswith("#"):
            continue
        if not words(line):
            stanzas.append({})
            name = ""
            continue

        # A field continues in lines that start with white space.
        if not line.startswith((" ", "\t")):
            name, _, line = line.partition(":")
            name = name.strip().lower()
        stanzas[-1][name] = stanzas[-1].get(name, "") + " " + line
    return stanzas

def _deb822_uris(text):
    uris = []
    for fields in _stanzas(text):
        enabled = fields.get("enabled", "").strip().lower() not in _SWITCHED_OFF
        if enabled and "deb" in words(fields.get("types", "")):
            uris.extend(words(fields.get("uris", "")))
    return uris

def _one_line_uris(text):
    uris = []
    for line in text.split("\n"):
        kind, _, rest = " ".join(words(line.partition("#")[0])).partition(" ")
        if kind == "deb":
            if rest.startswith("["):
                rest = rest.partition("]")[2]
            uris.extend(words(rest)[:1])
    return uris

def _expand(uri, read):
    if uri.startswith("copy:"):
        return ["file:" + uri.removeprefix("copy:")]
    if not uri.startswith(_MIRROR_LIST):
        return [uri]
    path = uri.removeprefix(_MIRROR_LIST)
    if path.startswith("//"):
        path = "/" + path.lstrip("/")
    listed = [words(line.partition("#")[0]) for line in read(path).split("\n")]
    return [line[0] for line in listed if line]

def source_urls(name, text, archive, read):
    """The mirrors of an archive that a file of apt's configuration names.

    Args:
      name: Name of the file, which says in which of the two formats it is.
      text: Content of the file.
      archive: Name of the archive: the last part of the path of its mirrors' URLs.
      read: Function from the path of a list of mirrors (apt-transport-mirror(1)) to its content, `""`
        if there is none.

    Returns:
      List of URLs that Bazel can fetch from.
    """
    uris = _deb822_uris(text) if name.endswith(".sources") else _one_line_uris(text)
    return [
        url
        for uri in uris
        for url in _expand(uri, read)
        if url.startswith(_SCHEMES) and url.rstrip("/").endswith("/" + archive)
    ]

def variable_urls(text, archive):
    """The mirrors of an archive that PLINTH_MIRRORS names.

    Args:
      text: The variable's value: `NAME=URL` items between spaces.
      archive: Name of the archive.

    Returns:
      List of URLs, or of `snapshot`; and the first malformed item, or `None`.
    """
    urls = []
    for item in words(text):
        name, _, url = item.partition("=")
        if not name or not url or "/" in name:
            return [], item
        if name == archive:
            if url != "snapshot" and not url.startswith(_SCHEMES):
                return [], item
            urls.append(url)
    return urls, None
