"""Finds files in a package index, by their hashes.

No URL of an index is in this file. The user's configuration comes first, then the requirements
file. Without both, the URL is read from pip itself, in Debian's package of it.

Each distribution has a repository that asks for its page once. If no index answers, files of the
repository cache are used.
"""

load("//rules/private:grammar.bzl", "field_problem")
load("//rules/private/pypi:configuration.bzl", "configured_indexes")
load("//rules/private/pypi:names.bzl", "normalize")
load("//rules/private/pypi:siblings.bzl", "sibling")
load("//rules/private/pypi:unpack_wheel.bzl", "unpack_wheel")

visibility("//...")

# The simple API, as JSON (PEP 691) or as a page (PEP 503).
_ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"

# No file is there, so Bazel looks only in its cache.
NO_URL = "file:///nonexistent/"

# For repository rules that look up the pins of a requirements file.
INDEX_ATTRIBUTES = {
    "extra_indexes": attr.string_list(doc = "URLs of indexes to ask in addition to the main one, as the requirements file names them."),
    "find_links": attr.string_list(doc = "Directories and URLs of pages with files, as the requirements file names them."),
    "main_index": attr.string(doc = "URL of the index that the requirements file names in place of the usual one."),
}

def find_files(rctx, *, distribution, hashes, default, main_index = "", extra_indexes = [], find_links = []):
    """Look files up in the package indexes.

    Args:
      rctx: The repository context.
      distribution: Normalized name.
      hashes: SHA-256 of the wanted files.
      default: Function that returns the URL of the default index.
      main_index: URL of the index that the requirements file names in place of that.
      extra_indexes: URLs of the further ones that it names.
      find_links: Directories and URLs of pages that it names, which have files as well.

    Returns:
      Struct: `files`, a dict from SHA-256 to URL; `asked`, pages that were asked for; `unreachable`,
      those that failed; and `main_is_lost`, whether the first index is among them.
    """
    configured = configured_indexes(rctx)
    main = configured.main or main_index or default()
    asked = [place for place in find_links if place.startswith("/")]
    found = {}
    for directory in asked:
        found |= _linked_files(rctx, directory, distribution, hashes)
    unreachable = []
    main = main.rstrip("/")
    pages = {"{}/{}/".format(index.rstrip("/"), distribution): None for index in [main] + configured.extra + extra_indexes}
    pages |= {place: None for place in find_links if not place.startswith("/")}
    for page_url in [] if len(found) == len(hashes) else pages:
        if page_url.lower().startswith("http://"):
            fail("\n{}: the package index {} uses plain http, so its pages could be forged: Bazel refuses that.\nName it with https://. Or pin with uv.lock or pylock.toml: these name each file and its hash, and no page is asked for.".format(distribution, page_url.removesuffix("/{}/".format(distribution))))
        asked.append(page_url)
        answer = ".{}.page".format(distribution)
        result = rctx.download(
            url = page_url + ("index.html" if page_url.startswith("file:") and page_url.endswith("/") else ""),
            output = answer,
            allow_fail = True,
            headers = {"Accept": _ACCEPT},
        )
        if not result.success:
            unreachable.append(page_url)
            continue
        files, problem = read_page(rctx.read(answer), page_url[:page_url.rindex("/") + 1])
        if problem:
            fail("\n{}: {}.\nTo use another index, set PLINTH_PYPI_INDEX or PIP_INDEX_URL.".format(page_url, problem))
        for sha256, url in files.items():
            if sha256 in hashes:
                found.setdefault(sha256, url)
        rctx.delete(answer)
        if len(found) == len(hashes):
            break
    return struct(
        asked = asked,
        files = found,
        main_is_lost = "{}/{}/".format(main, distribution) in unreachable,
        unreachable = unreachable,
    )

def _linked_files(rctx, directory, distribution, hashes):
    """The wheels of a directory that are pinned: SHA-256 -> URL."""
    found = {}
    path = rctx.path(directory)
    for file in path.readdir() if path.exists and path.is_dir else []:
        if file.basename.endswith(".whl") and normalize(file.basename.partition("-")[0]) == distribution:
            url = "file://{}".format(file)
            result = rctx.download(url = url, output = ".linked", allow_fail = True)
            if result.success and result.sha256 in hashes:
                found[result.sha256] = url
    rctx.delete(".linked")
    return found

def default_index(rctx):
    """The index that pip asks by default.

    Args:
      rctx: The context of a repository of the `pypi` extension; its rule has `repository`.

    Returns:
      A URL.
    """
    return rctx.read(sibling(rctx, rctx.attr.repository, "plinth_pypi_index", "url"))

def read_page(text, page_url):
    """Return the files that an index has of one distribution.

    Args:
      text: Its answer.
      page_url: Its URL.

    Returns:
      Dict from SHA-256 to URL, without entries that have no URL of a file or no SHA-256; and None.
      Or an empty one, and what is wrong.
    """
    if text.lstrip().startswith("{"):
        document = json.decode(text, default = None)
        if type(document) != "dict" or type(document.get("files")) != "list":
            return {}, "the answer of the index is not a list of files (PEP 691)"
        found = [
            (file["hashes"].get("sha256"), file.get("url"))
            for file in document["files"]
            if type(file) == "dict" and type(file.get("hashes")) == "dict"
        ]
    else:
        found = [_link(link) for link in text.split("<a ")[1:]]
    files = {}
    for sha256, url in found:
        if type(url) == "string" and not field_problem("sha256", sha256, ""):
            url = _absolute(page_url, url)
            if not field_problem("url", url, ""):
                files[sha256] = url
    return files, None

def _link(text):
    """SHA-256 and address of a link (PEP 503)."""
    address = text.partition("href=\"")[2].partition("\"")[0].replace("&amp;", "&")
    url, _, fragment = address.partition("#")
    return fragment.removeprefix("sha256=") if fragment.startswith("sha256=") else "", url

def _absolute(base, url):
    if "://" in url:
        return url
    scheme, _, rest = base.partition("://")
    if url.startswith("//"):
        return scheme + ":" + url
    if url.startswith("/"):
        return "{}://{}{}".format(scheme, rest.partition("/")[0], url)
    directory = rest.rstrip("/").split("/")
    for part in url.split("/"):
        if part == "..":
            directory = directory[:-1]
        elif part != ".":
            directory.append(part)
    return scheme + "://" + "/".join(directory)

def _cached_files(rctx, distribution, hashes):
    """Wheels of the repository cache: SHA-256 -> file name, made from the wheel's metadata."""
    found = {}
    for sha256 in hashes:
        if not rctx.download(url = NO_URL + sha256, output = ".cached", sha256 = sha256, allow_fail = True).success:
            continue
        if rctx.read(".cached").startswith("PK"):
            unpack_wheel(rctx, ".cached", ".unpacked")
            for directory in rctx.path(".unpacked").readdir():
                if directory.basename.endswith(".dist-info") and directory.get_child("WHEEL").exists:
                    tags = [
                        line.partition(":")[2].strip().split("-")
                        for line in rctx.read(directory.get_child("WHEEL")).split("\n")
                        if line.startswith("Tag:") and line.count("-") == 2
                    ]
                    found[sha256] = "{}{}-0-{}.whl".format(NO_URL, distribution.replace("-", "_"), "-".join([
                        ".".join({tag[part].strip(): None for tag in tags}.keys())
                        for part in range(3)
                    ]))
            rctx.delete(".unpacked")
        rctx.delete(".cached")
    return found

def _index_repository_impl(rctx):
    answer = find_files(
        rctx,
        default = lambda: default_index(rctx),
        distribution = rctx.attr.distribution,
        extra_indexes = rctx.attr.extra_indexes,
        find_links = rctx.attr.find_links,
        hashes = rctx.attr.hashes,
        main_index = rctx.attr.main_index,
    )
    files = answer.files
    if answer.main_is_lost:
        unknown = [sha256 for sha256 in rctx.attr.hashes if sha256 not in files]
        files = files | _cached_files(rctx, rctx.attr.distribution, unknown)
        if not files:
            fail("\n{}: the package index does not answer at {}, and the repository cache has none of the pinned files.\nTo use another index, set PLINTH_PYPI_INDEX or PIP_INDEX_URL.".format(
                rctx.attr.distribution,
                " and ".join(answer.unreachable),
            ))
    rctx.file("files.json", json.encode({"asked": answer.asked, "files": files, "partial": answer.main_is_lost}))
    rctx.file("BUILD.bazel", 'exports_files(["files.json"])\n')

index_repository = repository_rule(
    implementation = _index_repository_impl,
    doc = "The index's files of one distribution.",
    attrs = {
        "distribution": attr.string(mandatory = True, doc = "Normalized name of the distribution."),
        "hashes": attr.string_list(mandatory = True, doc = "SHA-256 of the files that may be used."),
        "repository": attr.string(mandatory = True, doc = "The name of the repository as the extension gave it."),
    } | INDEX_ATTRIBUTES,
)
