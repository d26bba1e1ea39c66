"""A layer of an upstream archive."""

load("//rules/private/archive:upstream_archive.bzl", "ArchiveInfo")
load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS")
load("//rules/private/layer:compression.bzl", "LAYER_ATTRS")
load("//rules/private/layer:fragment.bzl", "make_fragment")
load("//rules/private/layer:fragment_info.bzl", "FragmentInfo")
load("//rules/private/layer:layer.bzl", "layer_providers", "make_layer")
load("//rules/private/layer:layer_info.bzl", "LayerInfo")
load("//rules/private/layer:path_policy.bzl", "PathPolicyInfo")

visibility("//...")

def _archive_layer_impl(ctx):
    archive = ctx.attr.archive[ArchiveInfo]
    policy = ctx.attr.path_policy[PathPolicyInfo].rules if ctx.attr.path_policy else []
    directory = ctx.attr.directory.strip("/")
    params = [("component", archive.component), ("record", archive.record)]
    for path, file in archive.files.items():
        params.append(("file", {"src": file, "path": "{}/{}".format(directory, path).strip("/")}))
    params += [("symlink", {"path": path.strip("/"), "target": target}) for path, target in ctx.attr.symlinks.items()]
    params += [("policy", rule) for rule in policy]
    fragment = make_fragment(
        ctx,
        name = ctx.label.name,
        verb = "archive-fragment",
        params = params,
        inputs = archive.files.values(),
        mnemonic = "ArchiveFragment",
        progress_message = "Collecting {package} {version} ({architecture})".format(**archive.record),
        origin = archive.record["package"],
    )
    made = make_layer(
        ctx,
        name = ctx.label.name,
        created_by = "archive: {name}={version}".format(**archive.component),
        fragments = [fragment],
    )
    return layer_providers(made) + [fragment]

archive_layer = rule(
    implementation = _archive_layer_impl,
    doc = """\
A layer of the files of an upstream archive.

```starlark
archive_layer(
    name = "node",
    archive = "@archives//nodejs24",
    directory = "/nodejs",
)
```

Scripts (`#!`) and ELF programs get mode 0755, everything else 0644. The layer's facts say which
archive it is, and `/var/lib/dpkg/status.d` gets an entry under the archive's name in the lock, so
that scanners see it. The target is a fragment as well, which `layer` combines with others.
""",
    attrs = LAYER_ATTRS | {
        "archive": attr.label(mandatory = True, providers = [ArchiveInfo], doc = "An archive of an `archive` hub."),
        "directory": attr.string(default = "/", doc = "Where its files go."),
        "path_policy": attr.label(providers = [PathPolicyInfo], doc = "Which files to take, by their paths in the image; all if not given."),
        "symlinks": attr.string_dict(doc = "Symbolic links to make: path in the image to target."),
    },
    provides = [FragmentInfo, LayerInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
