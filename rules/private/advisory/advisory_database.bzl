"""Databases of advisories: fetched by hash, and described to the rules that read them."""

load("//rules/private:build_file.bzl", "call", "load_statement")
load("//rules/private:extension_metadata.bzl", "extension_metadata")
load("//rules/private:grammar.bzl", "fields_problem")

# Repositories that the extension writes load it.
visibility("public")

AdvisoryDatabaseInfo = provider(
    doc = """\
Known vulnerabilities, as of one day.

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
        "as_of": attr.string(doc = "The day of the database, `YYYY-MM-DD`. Expiry dates of statements are checked for this day."),
        "srcs": attr.label_list(mandatory = True, allow_files = [".json", ".zip"], doc = "The files."),
    },
    provides = [AdvisoryDatabaseInfo],
)

def _database_repository_impl(rctx):
    file = "database.zip" if rctx.attr.urls[0].endswith(".zip") else "database.json"
    rctx.download(rctx.attr.urls, file, sha256 = rctx.attr.sha256)
    rctx.file("BUILD.bazel", database_build_file(as_of = rctx.attr.as_of, file = file, target = rctx.attr.target))

def database_problem(database):
    """Return what is wrong with a module's description of a database.

    Args:
      database: Dict with `as_of`, `name` and `sha256`.

    Returns:
      A string for people, or None.
    """
    return fields_problem({"as_of": "text", "name": "archive_name", "sha256": "sha256"}, database)

def database_build_file(*, as_of, file, target):
    """The BUILD file of a database.

    Args:
      as_of: The day that it is of.
      file: Name of the file.
      target: Name of the target.

    Returns:
      Text.
    """
    return load_statement(Label("//rules/private/advisory:advisory_database.bzl"), "advisory_database") + call(
        "advisory_database",
        name = target,
        srcs = [file],
        as_of = as_of,
        visibility = ["//visibility:public"],
    )

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
        "urls": attr.string_list(mandatory = True, doc = "Where the file is. The tracker's file changes every hour, so keep a copy."),
    },
)

def _advisories_impl(module_ctx):
    for module in module_ctx.modules:
        for tag in module.tags.database:
            problem = database_problem({"as_of": tag.as_of, "name": tag.name, "sha256": tag.sha256})
            if problem:
                fail("advisory_databases: '{}': {}".format(tag.name, problem))
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
