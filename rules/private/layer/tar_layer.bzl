"""A layer of a tar archive of another rule."""

load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS")
load("//rules/private/layer:compression.bzl", "LAYER_ATTRS")
load("//rules/private/layer:fragment.bzl", "make_fragment")
load("//rules/private/layer:fragment_info.bzl", "FragmentInfo")
load("//rules/private/layer:layer.bzl", "layer_providers", "make_layer")
load("//rules/private/layer:layer_info.bzl", "LayerInfo")
load("//rules/private/layer:path_policy.bzl", "PathPolicyInfo")

visibility("//...")

def _tar_layer_impl(ctx):
    policy = ctx.attr.path_policy[PathPolicyInfo].rules if ctx.attr.path_policy else []
    fragment = make_fragment(
        ctx,
        name = ctx.label.name,
        verb = "tar-fragment",
        params = [("tar", ctx.file.tar), ("prefix", ctx.attr.directory)] + [("policy", rule) for rule in policy],
        inputs = [ctx.file.tar],
        mnemonic = "TarFragment",
        progress_message = "Checking the archive of %{label}",
    )
    made = make_layer(ctx, name = ctx.label.name, fragments = [fragment], created_by = "plinth: tar")
    return layer_providers(made) + [fragment]

tar_layer = rule(
    implementation = _tar_layer_impl,
    doc = """\
A layer of any tar archive, such as one of `pkg_tar` or `tar`.

```starlark
tar_layer(
    name = "site",
    tar = ":site_tar",
    directory = "/srv",
)
```

It passes the checks that packages pass: paths that climb out of the tree, device nodes, sparse
files and contradictions are errors; times and names of owners are dropped; `/lib` and similar paths
become `/usr/lib`. Modes, numeric owners, hard links and extended attributes are kept. The target is
a fragment as well, which `layer` combines with others.
""",
    attrs = LAYER_ATTRS | {
        "directory": attr.string(default = "/", doc = "Where the archive goes."),
        "path_policy": attr.label(providers = [PathPolicyInfo], doc = "Which files to take; all if not given."),
        "tar": attr.label(
            mandatory = True,
            allow_single_file = True,
            doc = "The archive: plain, or compressed with gzip, xz, zstd or bzip2.",
        ),
    },
    provides = [FragmentInfo, LayerInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
