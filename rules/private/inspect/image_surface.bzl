"""The report on what an image exposes."""

load("//rules/private/inspect:image_facts.bzl", "IMAGE_PROVIDERS", "add_images")
load("//rules/private/inspect:report.bzl", "make_report")
load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS", "INSPECT_TOOLS", "action_params", "add_param")
load("//rules/private/oci:oci_image_aspect.bzl", "IMAGE_ASPECTS")

visibility("//...")

def _image_surface_impl(ctx):
    params = action_params(ctx, "surface")
    inputs = add_images(params, ctx.attr.image)
    if ctx.file.comparison:
        add_param(params, "comparison", ctx.file.comparison)
        inputs.append(ctx.file.comparison)
    return make_report(
        ctx,
        params = params,
        inputs = inputs,
        mnemonic = "ImageSurface",
        progress_message = "Measuring the surface of %{label}",
    )

image_surface = rule(
    implementation = _image_surface_impl,
    doc = """\
A report on what an image exposes: how large it is, which programs it has, who may write where.

```starlark
image_surface(
    name = "image.surface",
    image = ":image",
)
```

`bazel run //app:image.surface` prints it, with `-- --markdown` or `-- --json` in another format; the
output groups `text`, `markdown` and `json` have it as files.
""",
    attrs = INSPECT_TOOLS | {
        "comparison": attr.label(
            allow_single_file = [".json"],
            default = Label("//tools/inspect:comparison.json"),
            doc = "Images to show next to it, for scale. The default is Debian's slim image and Google's images, as sets of packages.",
        ),
        "image": attr.label(mandatory = True, aspects = IMAGE_ASPECTS, providers = IMAGE_PROVIDERS, doc = "An `image` or `image_index`."),
    },
    executable = True,
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
