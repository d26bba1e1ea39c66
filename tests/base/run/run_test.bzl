"""A test that runs images."""

load("//tests:pytest.bzl", "pytest_test")

_PLATFORMS = "//command_line_option:platforms"

def _to_arm64_impl(_settings, _attr):
    return {_PLATFORMS: "//rules/platforms:linux_arm64"}

_to_arm64 = transition(
    implementation = _to_arm64_impl,
    inputs = [],
    outputs = [_PLATFORMS],
)

def _for_arm64_impl(ctx):
    return [DefaultInfo(files = depset(ctx.files.target))]

_for_arm64 = rule(
    implementation = _for_arm64_impl,
    doc = "What a target makes for arm64.",
    attrs = {
        "target": attr.label(mandatory = True, cfg = _to_arm64, doc = "The target."),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    },
)

def run_test(name, images, srcs = None, data = [], environment = {}, tags = []):
    """A test that runs images, and one that runs them for arm64 where the kernel can.

    The second has `_arm64` before the name's `_test`, and is run only when it is asked for.

    Args:
      name: Name of the target; ends in `_test`.
      images: Environment variables to images, or layers, whose path they tell.
      srcs: The test module; `<name>.py` if not given.
      data: Files that the test gives to containers.
      environment: Further environment.
      tags: Tags of the first test.
    """
    srcs = srcs or [name + ".py"]
    data = data + ["//tests/examples/python:certificates"]
    deps = ["containers.py", "//tests/container"]
    pytest_test(
        name = name,
        srcs = srcs,
        data = data + images.values(),
        environment = environment | {
            variable: "$(rlocationpath {})".format(image)
            for variable, image in images.items()
        },
        tags = tags,
        deps = deps,
    )
    stem = name.removesuffix("_test") + "_arm64"
    exhaustive = ["exhaustive", "manual"]
    for variable, image in images.items():
        _for_arm64(
            name = "{}_{}".format(stem, variable.lower()),
            testonly = True,
            tags = exhaustive,
            target = image,
        )
    pytest_test(
        name = stem + "_test",
        size = "large",
        srcs = srcs,
        data = data + [":{}_{}".format(stem, variable.lower()) for variable in images],
        environment = environment | {"ARCHITECTURE": "arm64"} | {
            variable: "$(rlocationpath :{}_{})".format(stem, variable.lower())
            for variable in images
        },
        tags = exhaustive,
        deps = deps,
    )
