"""A repository that holds one wheel for one architecture, fetched when a target needs it.

`requires.json` says what the wheel needs, as its metadata has it: closure_repository.bzl reads it.
"""

load("//rules/private:build_file.bzl", "call", "glob_call", "load_statement")
load("//rules/private:build_files_aside.bzl", "set_build_files_aside")
load("//rules/private:grammar.bzl", "field_problem", "shown")
load("//rules/private:no_room.bzl", "NO_ROOM")
load("//rules/private:refusal.bzl", "refusal")
load("//rules/private/pypi:index.bzl", "INDEX_ATTRIBUTES", "NO_URL", "default_index", "find_files")
load("//rules/private/pypi:requirements.bzl", "parse_specifier")
load("//rules/private/pypi:siblings.bzl", "sibling")
load("//rules/private/pypi:tags.bzl", "wheel_rank", "wheel_tags")
load("//rules/private/pypi:unpack_wheel.bzl", "unpack_wheel")
load("//rules/private/pypi:versions.bzl", "suits")

visibility("//...")

def wheel_build_file(distribution, version, filename, python):
    """The BUILD file of one wheel.

    Args:
      distribution: Normalized name of the distribution.
      version: Its version.
      filename: File name of the wheel.
      python: The version of Python that it was chosen for.

    Returns:
      Text.
    """
    return load_statement(Label("//rules/private/pypi:wheel.bzl"), "wheel") + call(
        "exports_files",
        srcs = ["requires.json"],
    ) + call(
        "wheel",
        name = "wheel",
        distribution = distribution,
        version = version,
        files = glob_call(["site-packages/**"]),
        python = python,
        site_packages = "BUILD.bazel",
        wheel = filename,
        visibility = ["//visibility:public"],
    )

def _wheel_repository_impl(rctx):
    files = rctx.attr.files
    asked, partial = [], False
    if not files:
        index = json.decode(rctx.read(sibling(rctx, rctx.attr.repository, rctx.attr.index, "files.json")))
        asked, files, partial = index["asked"], index["files"], index["partial"]
    best = _best(rctx, files)
    if partial and not best:
        answer = _asked_again(rctx)
        asked, files = answer.asked, answer.files
        best = _best(rctx, files)
        if not best and answer.main_is_lost:
            # Not a refusal, because that would remain when the index is available again.
            fail("\n{}: the package index does not answer at {}, and the repository cache has no wheel that runs there.\nTo use another index, set PLINTH_PYPI_INDEX or PIP_INDEX_URL.".format(_wanted(rctx), " and ".join(answer.unreachable)))
    if not best:
        _refuse(rctx, _why_none(rctx, files, asked))
        return
    sha256 = best
    filename = _filename(files[sha256])
    url = files[sha256]
    if "://" not in url:
        asked = _asked_again(rctx)
        url = asked.files.get(sha256, NO_URL + sha256)
    result = rctx.download(url = url, output = filename, sha256 = sha256, allow_fail = True)
    if not result.success and rctx.attr.files:
        # The URL in a lock is one of several.
        url = _asked_again(rctx).files.get(sha256, url)
        result = rctx.download(url = url, output = filename, sha256 = sha256, allow_fail = True)
    if not result.success:
        fail("\n{}: {} cannot be fetched, or its bytes are not those pinned (sha256 {}).\nThe warnings above say which; if the pin is right, clear the mirror's cache.\n{}".format(_wanted(rctx), url, sha256, NO_ROOM))
    unpack_wheel(rctx, filename, "site-packages")
    set_build_files_aside(rctx, "site-packages", "{} ({})".format(filename, rctx.attr.where))
    metadata, problem = _metadata(rctx)
    if problem:
        _refuse(rctx, "{}: {}: {}".format(_wanted(rctx), filename, problem))
        return
    python = metadata.python
    if python and not suits(rctx.attr.python_full, python):
        _refuse(rctx, "{}: it is for Python {}.\n{}".format(_wanted(rctx), shown(python), _cure(rctx)))
        return
    rctx.file("requires.json", json.encode(metadata.requires))
    rctx.file("BUILD.bazel", wheel_build_file(rctx.attr.distribution, rctx.attr.version, filename, rctx.attr.python))

def _wanted(rctx):
    return "{}: {}=={} for CPython {} on {}".format(rctx.attr.where, rctx.attr.distribution, rctx.attr.version, rctx.attr.python, rctx.attr.architecture)

def _filename(url):
    return url.partition("#")[0].partition("?")[0].rpartition("/")[2].replace("%2B", "+").replace("%2b", "+").replace("%21", "!")

def _asked_again(rctx):
    return find_files(
        rctx,
        default = lambda: default_index(rctx),
        distribution = rctx.attr.distribution,
        extra_indexes = rctx.attr.extra_indexes,
        find_links = rctx.attr.find_links,
        hashes = rctx.attr.hashes,
        main_index = rctx.attr.main_index,
    )

def _best(rctx, files):
    return chosen_file(files, rctx.attr.hashes, rctx.attr.architecture, int(rctx.attr.python.split(".")[1]))

def chosen_file(files, hashes, architecture, minor):
    """The wheel that fits best.

    Args:
      files: Dict from SHA-256 to the URL or the name of a file.
      hashes: The SHA-256 of those that may be used.
      architecture: Debian's name of the architecture.
      minor: Python's minor version.

    Returns:
      A SHA-256; None if no wheel fits.
    """
    best, best_rank = None, 0
    for sha256 in hashes:
        filename = _filename(files.get(sha256, ""))

        # A file name of the index becomes a file name and a label here.
        if not field_problem("wheel_filename", filename, "file name"):
            rank = wheel_rank(filename, architecture, minor)
            if rank > best_rank:
                best, best_rank = sha256, rank
    return best

def _why_none(rctx, files, asked):
    known = [_filename(files[sha256]) for sha256 in rctx.attr.hashes if sha256 in files]
    wheels = [filename for filename in known if not field_problem("wheel_filename", filename, "file name")]
    if not known:
        reason = "none of the pinned files is at {}.\nCompile the file again, or name the index that has them: PIP_INDEX_URL, PIP_EXTRA_INDEX_URL, or --extra-index-url in the file.".format(" or ".join(asked) or "the package index")
    elif not wheels:
        reason = "only its sources are pinned ({}), and only wheels can go into an image.\nPin a version that has a wheel, or build one (pip wheel {}=={}) and publish it to an index of yours.".format(shown(", ".join(known)), rctx.attr.distribution, rctx.attr.version)
    elif not [filename for filename in wheels if "linux" in filename or filename.endswith("-any.whl")]:
        reason = "no pinned wheel is for Linux, only for macOS or Windows.\nPin a version that has one, or build one (pip wheel {}=={}) and publish it to an index of yours.".format(rctx.attr.distribution, rctx.attr.version)
    else:
        reason = "no pinned wheel runs there. They are for {}.\n{}".format(", ".join(wheel_tags(wheels)), _cure(rctx))
    return "{}: {}".format(_wanted(rctx), reason)

def _cure(rctx):
    return "Pin a version that has one, or compile the file for the image's Python (--python-version {}); if the image has another Python, say so: pypi.install(python = ...).".format(rctx.attr.python)

def _refuse(rctx, message):
    rctx.file("requires.json", "[]")
    rctx.file("BUILD.bazel", call("exports_files", srcs = ["requires.json"]) + refusal("wheel", message))

def _metadata(rctx):
    found = [path for path in rctx.path("site-packages").readdir() if path.basename.endswith(".dist-info")]
    if len(found) != 1 or not found[0].get_child("METADATA").exists:
        return None, "it does not have exactly one .dist-info with METADATA, so it is not a wheel"
    return read_metadata(rctx.read(found[0].get_child("METADATA")))

def read_metadata(text):
    """Return the metadata of a wheel (PyPA, "Core metadata specifications").

    Args:
      text: Its METADATA.

    Returns:
      A struct: `requires`, a list of what `parse_specifier` makes, and `python`, its required
      version; and None. Or None and what is wrong.
    """
    fields = {}
    last = None
    for line in text.replace("\r\n", "\n").split("\n"):
        if not line:
            break
        if line[0] in " \t":
            if last:
                fields[last][-1] += " " + line.strip()
            continue
        name, _, value = line.partition(":")
        last = name.lower()
        fields.setdefault(last, []).append(value.strip())
    requires = [parse_specifier(value) for value in fields.get("requires-dist", [])]
    checked = [("pypi_name", fields.get("name", [None])[0], "Name"), ("pypi_version", fields.get("version", [None])[0], "Version")]
    for name, extras, _, _ in requires:
        checked += [("pypi_name", each, "a name in Requires-Dist") for each in [name] + extras]
    for kind, value, field in checked:
        problem = field_problem(kind, value, field)
        if problem:
            return None, "METADATA: " + problem
    return struct(python = fields.get("requires-python", [""])[0], requires = requires), None

wheel_repository = repository_rule(
    implementation = _wheel_repository_impl,
    doc = "Fetches one wheel.",
    attrs = {
        "architecture": attr.string(mandatory = True, doc = "Debian's name of the architecture."),
        "distribution": attr.string(mandatory = True, doc = "Normalized name of the distribution."),
        "files": attr.string_dict(doc = "SHA-256 to URL or name of each file, where the lock says; else the index is asked."),
        "hashes": attr.string_list(mandatory = True, doc = "SHA-256 of the files that may be used."),
        "index": attr.string(doc = "The name of the repository with the answer of the index."),
        "python": attr.string(mandatory = True, doc = "Version of Python: 3.13."),
        "python_full": attr.string(mandatory = True, doc = "Version of Python: 3.13.5."),
        "repository": attr.string(mandatory = True, doc = "The name of the repository as the extension gave it."),
        "version": attr.string(mandatory = True, doc = "Version of the distribution."),
        "where": attr.string(mandatory = True, doc = "File and line that pin it."),
    } | INDEX_ATTRIBUTES,
)
