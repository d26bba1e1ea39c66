"""A repository that holds the unpacked files of several Debian packages.

For tools that run during the build, such as an interpreter or a compiler: maintainer scripts are
not run and nothing is filtered.
"""

load("//rules/private:build_files_aside.bzl", "set_build_files_aside")
load("//rules/private/apt:mirrors.bzl", "download_package", "require_download")
load("//rules/private/archive:unpack.bzl", "unpack_archives")

visibility("//...")

# The unpacking tool runs on the interpreter, so Bazel itself unpacks the interpreter's packages:
# our own lock pins them.
_INTERPRETER = Label("//tools/python:interpreter.BUILD")

# Packages of its lock that it does not run on, and directories that nothing reads: character sets
# of the C library, documentation.
_NOT_RUN = ("ca-certificates", "python3-pip-whl")
_NOT_READ = ("lib/binfmt.d", "lib/{triplet}/gconv", "share")

def _extract(rctx, debs):
    for deb in debs:
        members = deb + ".members"
        rctx.extract(deb, output = members)
        for member in rctx.path(members).readdir():
            if member.basename.startswith("data.tar"):
                rctx.extract(member)
    usr = rctx.path("usr")
    (triplet,) = [
        directory.basename
        for directory in usr.get_child("lib").readdir(watch = "no")
        if directory.basename.endswith("-linux-gnu")
    ]
    for directory in _NOT_READ:
        rctx.delete(usr.get_child(directory.format(triplet = triplet)))

def _tree_repository_impl(rctx):
    is_interpreter = rctx.attr.build_file == _INTERPRETER
    downloads = []
    for package, archive in json.decode(rctx.attr.packages):
        if is_interpreter and package["name"] in _NOT_RUN:
            continue
        deb = ".debs/{name}.deb".format(**package)
        pending, urls = download_package(rctx, package, archive, deb, block = False)
        downloads.append((package, deb, pending, urls))
    debs = {}
    for package, deb, pending, urls in downloads:
        require_download(pending.wait(), package, urls)
        debs[deb] = ("", "", "{name} {version}".format(**package))
    if is_interpreter:
        _extract(rctx, debs)
    elif debs:
        unpack_archives(rctx, debs)
    rctx.delete(".debs")
    set_build_files_aside(rctx, ".", "the packages of {}".format(rctx.attr.build_file))
    rctx.symlink(rctx.attr.build_file, "BUILD.bazel")

tree_repository = repository_rule(
    implementation = _tree_repository_impl,
    doc = "Fetches and unpacks all packages of one architecture of a lock.",
    attrs = {
        "build_file": attr.label(mandatory = True, doc = "The BUILD file of the repository."),
        "packages": attr.string(mandatory = True, doc = "The packages of the lock, each with its archive, as a JSON list of pairs."),
    },
)
