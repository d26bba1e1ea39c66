"""Some files of a Debian package, restored in an image."""

load("//rules/private/apt:package_info.bzl", "PackageInfo", "package_facts")
load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS")
load("//rules/private/layer:compression.bzl", "LAYER_ATTRS")
load("//rules/private/layer:fragment.bzl", "make_fragment")
load("//rules/private/layer:fragment_info.bzl", "FragmentInfo")
load("//rules/private/layer:layer.bzl", "layer_providers", "make_layer")
load("//rules/private/layer:layer_info.bzl", "LayerInfo")

visibility("//...")

def _package_slice_impl(ctx):
    package = ctx.attr.package[PackageInfo]
    fragment = make_fragment(
        ctx,
        name = ctx.label.name,
        verb = "package-fragment",
        params = [
            ("deb", package.deb),
            ("package", package_facts(package)),
            ("policy", {"omit": ["**"], "keep": ctx.attr.paths}),
            ("part", True),
        ],
        inputs = [package.deb],
        mnemonic = "PackageSlice",
        progress_message = "Unpacking files of {} for %{{label}}".format(package.name),
    )
    made = make_layer(
        ctx,
        name = ctx.label.name,
        created_by = "apt: files of {}={}".format(package.name, package.version),
        fragments = [fragment],
    )
    return layer_providers(made) + [fragment]

package_slice = rule(
    implementation = _package_slice_impl,
    doc = """\
A layer of files that a path policy dropped from a Debian package of a layer below.

```starlark
package_slice(
    name = "converters",
    package = "@debian13//libc6",
    paths = ["usr/lib/*/gconv/**"],
)
```

The package's status and licence are in the layer below, so both packages must be of one lock. The
target is a fragment as well, which `layer` combines with others.
""",
    attrs = LAYER_ATTRS | {
        "package": attr.label(mandatory = True, providers = [PackageInfo], doc = "The package."),
        "paths": attr.string_list(mandatory = True, allow_empty = False, doc = "Globs of the paths to take: `*` within a name, `**` across directories."),
    },
    provides = [FragmentInfo, LayerInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
