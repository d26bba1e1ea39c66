"""A repository that holds one wheel for one architecture, fetched when something needs it."""

load("//rules/private:build_file.bzl", "call", "glob_call", "load_statement")
load("//rules/private:grammar.bzl", "field_problem")
load("//rules/private/pypi:index.bzl", "INDEX_ATTRS", "index_files", "unpack_wheel")
load("//rules/private/pypi:tags.bzl", "wheel_rank")

visibility("//...")

def wheel_build_file(distribution, version, filename):
    """The BUILD file of one wheel.

    Args:
      distribution: Normalized name of the distribution.
      version: Its version.
      filename: File name of the wheel.

    Returns:
      Text.
    """
    return load_statement(Label("//rules/private/pypi:wheel.bzl"), "wheel") + call(
        "wheel",
        name = "wheel",
        distribution = distribution,
        version = version,
        files = glob_call(["site-packages/**"]),
        site_packages = "BUILD.bazel",
        wheel = filename,
        visibility = ["//visibility:public"],
    )

def _wheel_repository_impl(rctx):
    distribution = rctx.attr.distribution
    files = index_files(rctx, distribution)
    wanted = "{}=={} for CPython 3.{} on {}".format(distribution, rctx.attr.version, rctx.attr.python_minor, rctx.attr.architecture)
    best = None
    best_rank = 0
    for sha256 in rctx.attr.hashes:
        file = files.get(sha256)

        # A file name of the index becomes a file here and a label.
        if file and not field_problem("wheel_filename", file.filename, "file name"):
            rank = wheel_rank(file.filename, rctx.attr.architecture, rctx.attr.python_minor)
            if rank > best_rank:
                best, best_rank = struct(sha256 = sha256, filename = file.filename, url = file.url), rank
    if not best:
        fail("{}: none of the {} pinned hashes is a wheel that fits; the index knows {} of them. Pin a wheel that fits, or another version, in the requirements file.".format(
            wanted,
            len(rctx.attr.hashes),
            len([sha256 for sha256 in rctx.attr.hashes if sha256 in files]),
        ))
    result = rctx.download(url = best.url, output = best.filename, sha256 = best.sha256, allow_fail = True)
    if not result.success:
        fail("{}: {} cannot be fetched, or its bytes are not those pinned (sha256 {}). The warnings above say which; if the pin is right, clear the mirror's cache.".format(wanted, best.url, best.sha256))
    unpack_wheel(rctx, best.filename, "site-packages")
    rctx.file("BUILD.bazel", wheel_build_file(distribution, rctx.attr.version, best.filename))

wheel_repository = repository_rule(
    implementation = _wheel_repository_impl,
    doc = "Fetches one wheel.",
    attrs = {
        "architecture": attr.string(mandatory = True, doc = "Debian's name of the architecture."),
        "distribution": attr.string(mandatory = True, doc = "Normalized name of the distribution."),
        "hashes": attr.string_list(mandatory = True, doc = "SHA-256 of the files that may be used."),
        "python_minor": attr.int(mandatory = True, doc = "13 for CPython 3.13."),
        "version": attr.string(mandatory = True, doc = "Version of the distribution."),
    } | INDEX_ATTRS,
)
