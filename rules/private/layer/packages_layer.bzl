"""A layer of Debian packages."""

load("//rules/private/apt:package_info.bzl", "PackageClosureInfo", "package_facts")
load("//rules/private/layer:layer.bzl", "make_layer")
load("//rules/private/layer:layer_info.bzl", "LayerInfo")
load("//rules/private/layer:layers_info.bzl", "LAYER_PROVIDERS", "layers_of")
load("//rules/private/layer:package_fragment.bzl", "package_fragment")
load("//rules/private/layer:path_policy.bzl", "PathPolicyInfo")
load("//rules/private/python:toolchain.bzl", "TOOLCHAIN_TYPE")

def _packages_layer_impl(ctx):
    below = {}
    for layer in layers_of(ctx.attr.base):
        for package in layer.packages.to_list():
            below[package.name] = package

    # A layer is where the closure ends, so this is the one place that flattens it.
    closure = depset(transitive = [target[PackageClosureInfo].packages for target in ctx.attr.packages])
    packages = {}
    for package in closure.to_list():
        other = packages.get(package.name) or below.get(package.name)
        if other and other.sha256 != package.sha256:
            fail("{}: two versions of {} meet: {} and {}. Take all packages of an image from one lock.".format(ctx.label, package.name, other.version, package.version))
        if package.name not in below:
            packages[package.name] = package

    # By source package first: what is updated together lies together.
    ordered = sorted(packages.values(), key = lambda package: (package.source, package.name))
    fragments = []
    for package in ordered:
        if ctx.attr.path_policy:
            fragments.append(package_fragment(
                ctx,
                name = "{}_/{}".format(ctx.label.name, package.name),
                deb = package.deb,
                package = package_facts(package),
                path_policy = ctx.attr.path_policy[PathPolicyInfo],
            ))
        else:
            fragments.append(package.fragment)
    return make_layer(
        ctx,
        created_by = "apt: " + " ".join(["{}={}".format(package.name, package.version) for package in ordered]),
        fragments = fragments,
        packages = depset(ordered),
    )

packages_layer = rule(
    implementation = _packages_layer_impl,
    doc = """\
A layer of Debian packages and everything they depend on.

```starlark
packages_layer(
    name = "imaging",
    packages = ["@debian13//libvips42t64"],
    base = ["@rules_plinth//base/cc:debian13_layers"],
)
```
""",
    attrs = {
        "base": attr.label_list(
            providers = LAYER_PROVIDERS,
            doc = "Layers that lie below this one: packages that they hold are left out.",
        ),
        "packages": attr.label_list(
            mandatory = True,
            providers = [PackageClosureInfo],
            doc = "Packages of an `apt` hub. Their dependencies come along.",
        ),
        "path_policy": attr.label(
            providers = [PathPolicyInfo],
            doc = "Which files to take. Unset, it is the build's default, and the packages' fragments are shared with every other layer.",
        ),
    },
    provides = [LayerInfo],
    toolchains = [TOOLCHAIN_TYPE],
)
