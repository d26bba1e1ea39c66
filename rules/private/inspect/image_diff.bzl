"""The report on how two images differ."""

load("//rules/private/inspect:image_facts.bzl", "IMAGE_PROVIDERS", "add_images")
load("//rules/private/inspect:report.bzl", "make_report")
load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS", "INSPECT_TOOLS", "action_params")
load("//rules/private/oci:oci_image_aspect.bzl", "IMAGE_ASPECTS")

visibility("//...")

def _image_diff_impl(ctx):
    params = action_params(ctx, "diff")
    return make_report(
        ctx,
        params = params,
        inputs = add_images(params, ctx.attr.old, key = "old") + add_images(params, ctx.attr.new, key = "new"),
        mnemonic = "ImageDiff",
        progress_message = "Comparing the images of %{label}",
    )

image_diff = rule(
    implementation = _image_diff_impl,
    doc = """\
A report on how two images differ: packages, files, configuration, surface, sizes.

```starlark
image_diff(
    name = "image.diff",
    new = ":image",
    old = "@rules_plinth//base/python3:debian13_nonroot",
)
```

`bazel run //app:image.diff` prints it, with `-- --markdown` or `-- --json` in another format. To
compare with another revision, or with a layout directory, run `@rules_plinth//tools/inspect`.
""",
    attrs = INSPECT_TOOLS | {
        "new": attr.label(mandatory = True, aspects = IMAGE_ASPECTS, providers = IMAGE_PROVIDERS, doc = "The image, or index, that is new."),
        "old": attr.label(mandatory = True, aspects = IMAGE_ASPECTS, providers = IMAGE_PROVIDERS, doc = "The image, or index, to compare with."),
    },
    executable = True,
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
