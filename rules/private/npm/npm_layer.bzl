"""A layer of npm packages."""

load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS")
load("//rules/private/layer:compression.bzl", "LAYER_ATTRS")
load("//rules/private/layer:fragment.bzl", "make_fragment")
load("//rules/private/layer:layer.bzl", "layer_providers", "make_layer")
load("//rules/private/layer:layer_info.bzl", "LayerInfo")
load("//rules/private/layer:path_policy.bzl", "PathPolicyInfo")
load("//rules/private/npm:package_info.bzl", "NpmPackagesInfo")

visibility("//...")

def _package_fragment(ctx, package):
    directory = "{}/{}/".format(ctx.attr.directory.strip("/"), package.path).lstrip("/")
    policy = ctx.attr.path_policy[PathPolicyInfo].rules if ctx.attr.path_policy else []
    return make_fragment(
        ctx,
        name = "{}_/{}".format(ctx.label.name, package.path),
        verb = "files-fragment",
        params = [("policy", rule) for rule in policy] + [
            ("file", {"src": file, "path": directory + file.path.partition(package.root)[2]})
            for file in package.files
        ],
        inputs = package.files,
        mnemonic = "NpmFragment",
        progress_message = "Collecting npm package {} {}".format(package.name, package.version),
        origin = package.path,
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
        created_by = "npm: " + " ".join(["{}@{}".format(package.name, package.version) for package in packages]),
        fragments = [_package_fragment(ctx, package) for package in packages],
    )
    return layer_providers(made)

npm_layer = rule(
    implementation = _npm_layer_impl,
    doc = """\
A layer of npm packages, as `npm ci --omit=dev --ignore-scripts` would lay them out.

```starlark
npm_layer(
    name = "dependencies",
    packages = ["@npm//:node_modules"],
)
```

Install scripts are not run, so packages that compile something then are incomplete; those that
bring what they need for each platform are not. There is no `node_modules/.bin`.
""",
    attrs = LAYER_ATTRS | {
        "directory": attr.string(default = "/app", doc = "The directory that gets a `node_modules`."),
        "packages": attr.label_list(mandatory = True, providers = [NpmPackagesInfo], doc = "Packages of an `npm` repository."),
        "path_policy": attr.label(providers = [PathPolicyInfo], doc = "Which files to leave out. It sees paths in the image."),
    },
    provides = [LayerInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
