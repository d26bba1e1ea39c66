"""Where the bytes of an archive come from.

Every download is checked against the hash in the lock, so it does not matter which mirror
answers. tools/fetch/mirror.py does the same for the tools that run outside Bazel.
"""

load("//rules/private:no_room.bzl", "NO_ROOM")
load("//rules/private/apt:apt_sources.bzl", "source_urls", "variable_urls")

visibility("//...")

_SNAPSHOT = "https://snapshot.debian.org/archive"

def _from_environment(rctx, archive):
    urls, refused = variable_urls(rctx.getenv("PLINTH_MIRRORS") or "", archive)
    if refused:
        fail("PLINTH_MIRRORS: '{}' is not of the form ARCHIVE=URL with an https, http or file URL, for example debian=https://mirror.example/debian".format(refused))
    return urls

def _from_apt(rctx, archive):
    files = [rctx.path("/etc/apt/sources.list")]
    directory = rctx.path("/etc/apt/sources.list.d")
    if directory.exists:
        files += sorted(directory.readdir(watch = "no"), key = str)
    return [
        url
        for file in files
        if file.exists and file.basename.endswith((".list", ".sources"))
        for url in source_urls(
            file.basename,
            rctx.read(file, watch = "no"),
            archive,
            lambda path: rctx.read(path, watch = "no") if rctx.path(path).exists else "",
        )
    ]

def file_urls(rctx, url):
    """Return the URLs of a file that has its own URL, best first.

    Mirrors have it under its host and path: `PLINTH_MIRRORS="url=https://mirror.example"`.

    Args:
      rctx: The repository context; reads `PLINTH_MIRRORS`.
      url: The original URL.

    Returns:
      A list of URLs, that one last.
    """
    path = url.partition("://")[2]
    return [base.rstrip("/") + "/" + path for base in _from_environment(rctx, "url") if base != "snapshot"] + [url]

def pool_urls(rctx, *, archive, filename, mirrors, snapshot):
    """Return the URLs of a file of an archive's pool, best first.

    Args:
      rctx: The repository context; reads `PLINTH_MIRRORS` and the host's apt configuration.
      archive: The archive's name on mirrors: `debian`, `debian-security`, …
      filename: Path below the archive's root, as in the lock; or the URL of a file that is in no archive.
      mirrors: Mirrors of the manifest: URLs, or `snapshot` to prefer the snapshot service.
      snapshot: Timestamp at which the snapshot service holds the file, for example `20261121T091544Z`;
        `None` if it does not.

    Returns:
      A list of URLs without duplicates.
    """
    if "://" in filename:
        return file_urls(rctx, filename)
    dated = ["{}/{}/{}".format(_SNAPSHOT, archive, snapshot)] if snapshot else []
    bases = []
    for mirror in _from_environment(rctx, archive) + mirrors:
        bases += dated if mirror == "snapshot" else [mirror]
    bases += _from_apt(rctx, archive) + dated

    # An epoch's colon is escaped in pool paths, and the escape itself must reach the server.
    path = filename.replace("%", "%25")
    return {base.rstrip("/") + "/" + path: None for base in bases}.keys()

def _directory(rctx, archive):
    # A path of the manifest is relative to it, and the lock is next to it.
    return "{}/{}".format(rctx.path(Label(archive["lock"])).dirname, archive["directory"])

def download_package(rctx, package, archive, output, block = True):
    """Start the download of one locked package.

    Args:
      rctx: The repository context.
      package: The package's object of the lock.
      archive: Its archive's object of the lock, with the lock's label as `lock`.
      output: Where to put the `.deb`.
      block: Whether to wait for the download.

    Returns:
      What `rctx.download` returns, and the list of URLs tried.
    """
    if archive.get("directory"):
        urls = ["file://{}/{}".format(_directory(rctx, archive), package["filename"])]
    else:
        urls = pool_urls(
            rctx,
            archive = package["archive"],
            filename = package["filename"],
            mirrors = archive.get("mirrors", []),
            snapshot = package.get("snapshot") or archive.get("snapshot"),
        )
    return rctx.download(
        url = urls,
        output = output,
        sha256 = package["sha256"],
        allow_fail = True,
        block = block,
    ), urls

def require_download(result, package, urls):
    """Fail with one clear message when a package could not be fetched.

    Args:
      result: What `rctx.download` returned.
      package: The package's object of the lock.
      urls: The URLs that were tried.
    """
    if not result.success:
        fail(
            """
{name} {version} ({architecture}): no mirror has the locked bytes (sha256 {sha256}).
Tried, in this order (the warnings above say how each one answered):
  {urls}
What to do: if the mirrors no longer carry this version, run the lock target again (`bazel run //…:….lock`);
if they cannot be reached, name one that can: PLINTH_MIRRORS="{archive}=https://mirror.example/{archive}".
{no_room}
""".format(no_room = NO_ROOM, urls = "\n  ".join(urls), **package),
        )
