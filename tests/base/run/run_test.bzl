"""A test that runs images."""

load("//rules/private/apt:platforms.bzl", "platform")  # buildifier: disable=bzl-visibility
load("//tests:pytest.bzl", "pytest_test")

_PLATFORMS = "//command_line_option:platforms"

def _for_architecture_impl(_settings, attr):
    return {_PLATFORMS: str(platform(attr.architecture))}

_for_architecture = transition(
    implementation = _for_architecture_impl,
    inputs = [],
    outputs = [_PLATFORMS],
)

def _built_for_impl(ctx):
    groups = ctx.attr.target[0][OutputGroupInfo]
    return [DefaultInfo(files = groups.oci_layout if "oci_layout" in groups else depset(ctx.files.target))]

_built_for = rule(
    implementation = _built_for_impl,
    doc = "What a target makes for an architecture.",
    attrs = {
        "architecture": attr.string(mandatory = True, doc = "Debian's name of it."),
        "target": attr.label(mandatory = True, cfg = _for_architecture, doc = "The target."),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    },
)

def run_test(name, images, layers = {}, srcs = None, data = [], environment = {}, architectures = ["arm64"], tags = []):
    """A test that runs images, and such tests for other architectures where the kernel can run them.

    Those have `_<architecture>` before the name's `_test`, and are run only when they are asked for.

    Args:
      name: Name of the target; ends in `_test`.
      images: Environment variables to the images whose layout directory they hold.
      layers: Environment variables to the layers whose path they hold.
      srcs: The test module; `<name>.py` if not given.
      data: Files that the test gives to containers.
      environment: Further environment.
      architectures: Debian's names of the other architectures.
      tags: Tags of the first test.
    """
    srcs = srcs or [name + ".py"]
    data = data + ["//tests/examples/python:certificates"]
    deps = ["containers.py", "//tests/container"]
    pytest_test(
        name = name,
        srcs = srcs,
        data = data + layers.values(),
        environment = environment | {
            variable: "$(rlocationpath {})".format(layer)
            for variable, layer in layers.items()
        },
        layouts = images,
        tags = tags,
        tools = ["debian"],
        deps = deps,
    )
    exhaustive = ["exhaustive", "manual"]
    for architecture in architectures:
        stem = "{}_{}".format(name.removesuffix("_test"), architecture)
        for variable, target in (images | layers).items():
            _built_for(
                name = "{}_{}".format(stem, variable.lower()),
                testonly = True,
                architecture = architecture,
                tags = exhaustive,
                target = target,
            )
        pytest_test(
            name = stem + "_test",
            size = "enormous",
            srcs = srcs,
            data = data + [":{}_{}".format(stem, variable.lower()) for variable in images | layers],
            environment = environment | {"ARCHITECTURE": architecture} | {
                variable: "$(rlocationpath :{}_{})".format(stem, variable.lower())
                for variable in images | layers
            },
            tags = exhaustive,
            tools = ["debian"],
            deps = deps,
        )
