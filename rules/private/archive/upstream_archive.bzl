"""The rule behind one fetched archive."""

load("//rules/private:build_files_aside.bzl", "original_path")

# Repositories that the extension writes load it.
visibility("public")

ArchiveInfo = provider(
    doc = """\
The files of one upstream archive, fetched and verified.

Made by the repositories of the `archive` extension, read by `archive_layer`.
""",
    fields = {
        "component": "Dict. What it is, as `component` of tools/layer/facts.py: `name`, `version`, `license`, `url`, …",
        "files": "Dict from path in the archive to File.",
        "record": "Dict. Further fields of its `status.d` entry: `package` (its name in the lock), `version`, `architecture`.",
    },
)

def _upstream_archive_impl(ctx):
    # A file's path is that of its repository, the directory that it was unpacked to, and its own.
    start = len(ctx.label.workspace_root) + 1
    files = {original_path(file.path[start:].partition("/")[2]): file for file in ctx.files.srcs}
    if not files:
        fail("{package} {version} ({architecture}): the archive has none of the files that the lock names; correct `files` and `strip_prefix`".format(**ctx.attr.record))
    return [
        DefaultInfo(files = depset(ctx.files.srcs)),
        ArchiveInfo(component = ctx.attr.component, files = files, record = ctx.attr.record),
    ]

upstream_archive = rule(
    implementation = _upstream_archive_impl,
    doc = "One archive. Written by the repositories of the `archive` extension.",
    attrs = {
        "component": attr.string_dict(mandatory = True, doc = "What it is."),
        "record": attr.string_dict(mandatory = True, doc = "Further fields of its `status.d` entry."),
        "srcs": attr.label_list(mandatory = True, allow_files = True, doc = "Its files."),
    },
    provides = [ArchiveInfo],
)
