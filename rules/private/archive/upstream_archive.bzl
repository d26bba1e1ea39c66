"""The rule behind one fetched archive."""

ArchiveInfo = provider(
    doc = """\
The files of one upstream archive, fetched and verified.

Made by the repositories of the `archive` extension, read by `archive_layer`.
""",
    fields = {
        "facts": "Dict. What the lock says of the archive: `name`, `version`, `licence`, `url`, …",
        "files": "Dict from path in the archive to File.",
    },
)

def _upstream_archive_impl(ctx):
    # A file's path is that of its repository, the directory that it was unpacked to, and its own.
    start = len(ctx.label.workspace_root) + 1
    files = {file.path[start:].partition("/")[2]: file for file in ctx.files.srcs}
    if not files:
        fail("{}: the archive has none of the files that the lock names".format(ctx.label))
    return [
        DefaultInfo(files = depset(ctx.files.srcs)),
        ArchiveInfo(facts = ctx.attr.facts, files = files),
    ]

upstream_archive = rule(
    implementation = _upstream_archive_impl,
    doc = "One archive. Written by the repositories of the `archive` extension.",
    attrs = {
        "facts": attr.string_dict(mandatory = True, doc = "What the lock says of the archive."),
        "srcs": attr.label_list(mandatory = True, allow_files = True, doc = "Its files."),
    },
    provides = [ArchiveInfo],
)
