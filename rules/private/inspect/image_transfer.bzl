"""The report on what nodes pull when an image is updated."""

load("//rules/private/inspect:image_facts.bzl", "IMAGE_PROVIDERS", "add_images")
load("//rules/private/inspect:report.bzl", "make_report")
load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS", "INSPECT_TOOLS", "action_params", "add_param")
load("//rules/private/layer:compression.bzl", "FORMATS")
load("//rules/private/oci:oci_image_aspect.bzl", "IMAGE_ASPECTS")

visibility("//...")

_COMPRESSION = str(Label("//rules:compression"))

def _for_each_format_impl(settings, attr):
    return {
        format or "as built": {_COMPRESSION: format or settings[_COMPRESSION]}
        for format in attr.formats or [""]
    }

_for_each_format = transition(
    implementation = _for_each_format_impl,
    inputs = [_COMPRESSION],
    outputs = [_COMPRESSION],
)

def _image_transfer_impl(ctx):
    params = action_params(ctx, "transfer")
    inputs = []
    for key in ("old", "new"):
        for format, target in (getattr(ctx.split_attr, key) or {}).items():
            inputs += add_images(params, target, key = key, format = format if ctx.attr.formats else "")
    add_param(params, "nodes", ctx.attr.nodes)
    return make_report(
        ctx,
        params = params,
        inputs = inputs,
        mnemonic = "ImageTransfer",
        progress_message = "Calculating the transfer of %{label}",
    )

image_transfer = rule(
    implementation = _image_transfer_impl,
    doc = """\
A report on what a node pulls to get from one image to another, per layer and in total.

```starlark
image_transfer(
    name = "image.transfer",
    new = ":image",
    nodes = 100,
    old = "@deployed//:image",
)
```

`bazel run //app:image.transfer` prints it, with `-- --markdown` or `-- --json` in another format. To
compare with another revision, or with a layout directory, run `@rules_plinth//tools/inspect`.
""",
    attrs = INSPECT_TOOLS | {
        "formats": attr.string_list(doc = "Compression formats to calculate for: {}. Without any, as the images are built.".format(", ".join(["`{}`".format(format) for format in FORMATS]))),
        "new": attr.label(mandatory = True, cfg = _for_each_format, aspects = IMAGE_ASPECTS, providers = IMAGE_PROVIDERS, doc = "The new image."),
        "nodes": attr.int(default = 1, doc = "How many nodes pull it."),
        "old": attr.label(cfg = _for_each_format, aspects = IMAGE_ASPECTS, providers = IMAGE_PROVIDERS, doc = "The image that the nodes have. Without it, they have none."),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    },
    executable = True,
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
