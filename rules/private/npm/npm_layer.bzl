"""A layer of npm packages."""

load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS")
load("//rules/private/layer:compression.bzl", "LAYER_ATTRS", "layer_format")
load("//rules/private/layer:layer.bzl", "layer_providers", "make_layer")
load("//rules/private/layer:layer_info.bzl", "LayerInfo")
load("//rules/private/layer:path_policy.bzl", "PathPolicyInfo")
load("//rules/private/npm:npm_fragment.bzl", "DIRECTORY", "npm_fragment")
load("//rules/private/npm:package_info.bzl", "NpmPackagesInfo")

visibility("//...")

def _fragment(ctx, package):
    """Return the fragment of a package: the shared one, unless this layer has other settings."""
    if ctx.attr.directory.strip("/") == DIRECTORY.strip("/") and not ctx.attr.path_policy:
        return package.fragment
    return npm_fragment(
        ctx,
        package,
        name = "{}_/{}".format(ctx.label.name, package.path),
        directory = ctx.attr.directory,
        formats = [layer_format(ctx)],  # no other rule has the fragment
        policy = ctx.attr.path_policy[PathPolicyInfo].rules if ctx.attr.path_policy else [],
    )

def _npm_layer_impl(ctx):
    packages = {
        package.path: package
        for target in ctx.attr.packages
        for package in target[NpmPackagesInfo].packages
    }
    packages = [packages[path] for path in sorted(packages)]
    made = make_layer(
        ctx,
        name = ctx.label.name,
        created_by = "npm: " + " ".join(["{}@{}".format(package.name, package.version) for package in packages if not package.link]),
        fragments = [_fragment(ctx, package) for package in packages],
    )
    return layer_providers(made)

npm_layer = rule(
    implementation = _npm_layer_impl,
    doc = """\
A layer of npm packages, in the layout of `npm ci --omit=dev --ignore-scripts`.

```starlark
npm_layer(
    name = "dependencies",
    packages = ["@npm//:node_modules"],
)
```

Install scripts are not run, so packages that compile something at installation are incomplete.
Packages with prebuilt files for each platform are complete. There is no `node_modules/.bin`. A
workspace is a link
to its directory, whose files are sources: they go into a `files_layer`, or `srcs` of `nodejs_image`.
""",
    attrs = LAYER_ATTRS | {
        "directory": attr.string(default = DIRECTORY, doc = "The directory that gets a `node_modules`. Packages in `/app` are made once for all images."),
        "packages": attr.label_list(mandatory = True, providers = [NpmPackagesInfo], doc = "Packages of an `npm` repository."),
        "path_policy": attr.label(providers = [PathPolicyInfo], doc = "Which files to leave out. It sees paths in the image. The packages are then collected only for this layer."),
    },
    provides = [LayerInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
