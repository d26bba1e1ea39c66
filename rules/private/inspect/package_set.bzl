"""The surface of a set of packages, which reports show for scale."""

load("//rules/private/apt:package_info.bzl", "PackageClosureInfo", "PackageInfo", "package_facts")
load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS", "INSPECT_TOOLS", "action_params", "add_param", "run_tool")
load("//rules/private/layer:compression.bzl", "LAYER_ATTRS", "layer_format")
load("//rules/private/layer:package_fragment.bzl", "package_fragment")
load("//rules/private/layer:path_policy.bzl", "PathPolicyInfo")

visibility("//...")

def _package_set_impl(ctx):
    if ctx.attr.dependencies:
        closure = depset(transitive = [target[PackageClosureInfo].packages for target in ctx.attr.packages])
        packages = {package.name: package for package in closure.to_list()}.values()
    else:
        packages = [target[PackageInfo] for target in ctx.attr.packages]
    out = ctx.actions.declare_file(ctx.label.name + ".json")
    params = action_params(ctx, "package-set")
    add_param(params, "name", ctx.attr.title)
    add_param(params, "out", out)
    inputs = []
    for package in packages:
        fragment = package_fragment(
            ctx,
            name = "{}_/{}".format(ctx.label.name, package.name),
            deb = package.deb,
            package = package_facts(package),
            path_policy = ctx.attr.path_policy[PathPolicyInfo],
        )
        facts = fragment.facts[layer_format(ctx)]
        add_param(params, "facts", facts)
        inputs.append(facts)
    run_tool(
        ctx,
        params = params,
        inputs = inputs,
        outputs = [out],
        mnemonic = "PackageSet",
        progress_message = "Measuring the packages of %{label}",
    )
    return [DefaultInfo(files = depset([out]))]

package_set = rule(
    implementation = _package_set_impl,
    doc = "The numbers of a set of packages, as JSON.",
    attrs = LAYER_ATTRS | INSPECT_TOOLS | {
        "dependencies": attr.bool(doc = "Whether their dependencies belong to the set."),
        "packages": attr.label_list(mandatory = True, providers = [PackageInfo, PackageClosureInfo], doc = "The packages."),
        "path_policy": attr.label(mandatory = True, providers = [PathPolicyInfo], doc = "Which of their files belong to the set."),
        "title": attr.string(mandatory = True, doc = "Its name."),
    },
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
