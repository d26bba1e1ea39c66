"""The rule that makes one image of several platforms' images."""

load("//rules/private/image:image_index_info.bzl", "ImageIndexInfo")
load("//rules/private/image:image_info.bzl", "ImageInfo")
load("//rules/private/image:layout.bzl", "OUTPUT_ATTRS", "image_outputs")
load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS", "action_params", "add_param", "run_tool")
load("//rules/private/oci:oci_image_aspect.bzl", "IMAGE_ASPECTS")

visibility("//...")

_PLATFORMS = "//command_line_option:platforms"

def _for_each_platform_impl(settings, attr):
    if not attr.platforms:
        return {"as built": {_PLATFORMS: settings[_PLATFORMS]}}

    # Keys are sorted by Bazel: numbers keep the order of the attribute.
    return {
        "%d" % (1000 + number): {_PLATFORMS: [str(platform)]}
        for number, platform in enumerate(attr.platforms)
    }

_for_each_platform = transition(
    implementation = _for_each_platform_impl,
    inputs = [_PLATFORMS],
    outputs = [_PLATFORMS],
)

def _image_index_impl(ctx):
    split = ctx.split_attr.images
    images = [target[ImageInfo] for key in sorted(split) for target in split[key]]
    index = ctx.actions.declare_file(ctx.label.name + ".index.json")
    params = action_params(ctx, "index")
    for image in images:
        add_param(params, "image", image.descriptor)
    add_param(params, "annotations", ctx.attr.annotations)
    add_param(params, "out_index", index)
    run_tool(
        ctx,
        params = params,
        inputs = [image.descriptor for image in images],
        outputs = [index],
        mnemonic = "ImageIndex",
        progress_message = "Writing the index of %{label}",
    )
    outputs = image_outputs(ctx, images, index = index)
    return [
        outputs.default,
        ImageIndexInfo(images = images, index = index),
        OutputGroupInfo(
            metadata = depset([index] + [file for image in images for file in (image.config, image.manifest)]),
            **outputs.groups
        ),
    ]

image_index = rule(
    implementation = _image_index_impl,
    doc = """\
One image for many platforms: each image is built once for each platform.

```starlark
image_index(
    name = "index",
    images = [":image"],
    platforms = [
        "@rules_plinth//rules/platforms:linux_amd64",
        "@rules_plinth//rules/platforms:linux_arm64",
    ],
)
```

Building it gives metadata, as of [`image`](#image); `--output_groups=+oci_layout` adds a directory
in the OCI image layout, which names the index.
""",
    attrs = OUTPUT_ATTRS | {
        "annotations": attr.string_dict(doc = "Annotations of the index."),
        "images": attr.label_list(
            mandatory = True,
            cfg = _for_each_platform,
            aspects = IMAGE_ASPECTS,
            providers = [ImageInfo],
            doc = "The images. No two may be for the same platform.",
        ),
        "platforms": attr.label_list(
            providers = [platform_common.PlatformInfo],
            doc = "The platforms to build `images` for, such as those of `@rules_plinth//rules/platforms`. Without any, the images are built for the target platform.",
        ),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    },
    provides = [ImageIndexInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
