"""Databases of advisories: fetched by hash, and described to the rules that read them."""

load("//rules/private:extension_metadata.bzl", "extension_metadata")

# Repositories that the extension writes load it.
visibility("public")

AdvisoryDatabaseInfo = provider(
    doc = """\
What is known of vulnerabilities, on a certain day.

Made by `advisory_database`; read by `advisories` and `advisory_test`.
""",
    fields = {
        "as_of": "String. The day that it is of, `YYYY-MM-DD`; may be empty.",
        "files": "List of File. JSON of Debian's security tracker, and OSV records.",
    },
)

def _advisory_database_impl(ctx):
    return [
        DefaultInfo(files = depset(ctx.files.srcs)),
        AdvisoryDatabaseInfo(as_of = ctx.attr.as_of, files = ctx.files.srcs),
    ]

advisory_database = rule(
    implementation = _advisory_database_impl,
    doc = """\
A database of advisories from files.

The files are the JSON of Debian's security tracker (`data/json`) or OSV records: one, a list of
them, or an `all.zip`. The `advisories` extension fetches such files by hash.
""",
    attrs = {
        "as_of": attr.string(doc = "The day that the database is of, `YYYY-MM-DD`. On that day it is judged whether statements have expired."),
        "srcs": attr.label_list(mandatory = True, allow_files = [".json", ".zip"], doc = "The files."),
    },
    provides = [AdvisoryDatabaseInfo],
)

def _database_repository_impl(rctx):
    name = rctx.attr.urls[0].rpartition("/")[2]
    name = name if name.endswith(".zip") else "database.json"
    rctx.download(rctx.attr.urls, name, sha256 = rctx.attr.sha256)
    rctx.file("BUILD.bazel", """\
load("{rule}", "advisory_database")

advisory_database(
    name = "{name}",
    srcs = ["{file}"],
    as_of = "{as_of}",
    visibility = ["//visibility:public"],
)
""".format(
        as_of = rctx.attr.as_of,
        file = name,
        name = rctx.attr.target,
        rule = Label("//rules/private/advisory:advisory_database.bzl"),
    ))

_database_repository = repository_rule(
    implementation = _database_repository_impl,
    doc = "Fetches one database.",
    attrs = {
        "as_of": attr.string(mandatory = True, doc = "The day that the database is of."),
        "sha256": attr.string(mandatory = True, doc = "SHA-256 of the file."),
        "target": attr.string(mandatory = True, doc = "Name of the target."),
        "urls": attr.string_list(mandatory = True, doc = "Where it is."),
    },
)

_database = tag_class(
    doc = "Makes a database available as `@name`.",
    attrs = {
        "as_of": attr.string(mandatory = True, doc = "The day on which it was taken, `YYYY-MM-DD`."),
        "name": attr.string(mandatory = True, doc = "Name of the repository, to be named in `use_repo` as well."),
        "sha256": attr.string(mandatory = True, doc = "SHA-256 of the file."),
        "urls": attr.string_list(mandatory = True, doc = "Where the file is. What the tracker offers changes every hour, so keep a copy."),
    },
)

def _advisories_impl(module_ctx):
    for module in module_ctx.modules:
        for tag in module.tags.database:
            _database_repository(
                name = tag.name,
                as_of = tag.as_of,
                sha256 = tag.sha256,
                target = tag.name,
                urls = tag.urls,
            )
    return extension_metadata(module_ctx, tags = lambda module: module.tags.database)

advisory_databases = module_extension(
    implementation = _advisories_impl,
    doc = "Databases of advisories, pinned by hash.",
    tag_classes = {"database": _database},
)
