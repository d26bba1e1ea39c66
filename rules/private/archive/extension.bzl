"""The `archive` module extension: archive locks in, repositories out."""

load("//rules/private:extension_metadata.bzl", "extension_metadata")
load("//rules/private:given_file.bzl", "read_given")
load("//rules/private:hub_names.bzl", "claim_name")
load("//rules/private:label_name.bzl", "label_name")
load("//rules/private/archive:archive_repository.bzl", "archive_repository")
load("//rules/private/archive:hub_repository.bzl", "hub_repository")
load("//rules/private/archive:lockfile.bzl", "parse_archives")

visibility("//...")

_install = tag_class(
    doc = "Makes the archives of a lock available as `@name//archive`.",
    attrs = {
        "lock": attr.label(mandatory = True, doc = "The archive lock."),
        "name": attr.string(mandatory = True, doc = "Name of the hub repository, to be named in `use_repo` as well."),
    },
)

def _archive_impl(module_ctx):
    seen = {}
    for module in module_ctx.modules:
        for tag in module.tags.install:
            claim_name(seen, "archive", tag.name, module.name)
            archives = {}
            versions = {}
            text, problem = read_given(module_ctx, tag.lock, "docs/archives.md describes it.")
            locked = {}
            if not problem:
                locked, problem = parse_archives(text, label_name(tag.lock))
            if problem:
                fail(problem)
            for key, archive in locked.items():
                archives[key] = {}
                versions[key] = archive["version"]
                for architecture in archive["architectures"]:
                    archives[key][architecture] = "{}_{}_{}".format(tag.name, key, architecture)

                    # Only what this repository is made from, so that changes of others do not make
                    # it again.
                    own = archive | {"architectures": {architecture: archive["architectures"][architecture]}, "releases": None}
                    archive_repository(
                        name = archives[key][architecture],
                        architecture = architecture,
                        archive = json.encode(own),
                        key = key,
                    )
            hub_repository(name = tag.name, archives = json.encode(archives), versions = versions)
    return extension_metadata(module_ctx, tags = lambda module: module.tags.install)

archive = module_extension(
    implementation = _archive_impl,
    doc = "Upstream archives from archive locks.",
    tag_classes = {"install": _install},
)
