"""The rule that names images by their digests."""

load("//rules/private/image:image_index_info.bzl", "ImageIndexInfo")
load("//rules/private/image:image_info.bzl", "ImageInfo")
load("//rules/private/interpreter:tools.bzl", "ACTION_TOOLS", "EXECUTION_CONSTRAINTS", "action_params", "add_param", "run_tool")
load("//rules/private/oci:oci_image_aspect.bzl", "IMAGE_ASPECTS")

visibility("//...")

def _pin_images_impl(ctx):
    source = ctx.file.src
    out = ctx.actions.declare_file(ctx.label.name + ("." + source.extension if source.extension else ""))
    params = action_params(ctx, "pin-images")
    inputs = [source]
    add_param(params, "text", source)
    for target, repository in ctx.attr.images.items():
        if ImageIndexInfo in target:
            key, file = "index", target[ImageIndexInfo].index
        else:
            key, file = "descriptor", target[ImageInfo].descriptor
        add_param(params, "image", {"repository": repository, key: file})
        inputs.append(file)
    add_param(params, "out_text", out)
    run_tool(
        ctx,
        params = params,
        inputs = inputs,
        outputs = [out],
        mnemonic = "PinImages",
        progress_message = "Naming the images of %{label} by digest",
    )
    return [DefaultInfo(files = depset([out]))]

pin_images = rule(
    implementation = _pin_images_impl,
    doc = """\
A text with the digests of the images that it names: a Kubernetes manifest, the values of a
Helm chart, a Compose file.

```starlark
pin_images(
    name = "deployment",
    src = "deployment.yaml",
    images = {":index": "registry.example/team/app"},
)
```

Wherever `deployment.yaml` names `registry.example/team/app`, with or without a tag, the built file
says `registry.example/team/app@sha256:…`. A cluster then runs exactly what was built, and a
roll-out happens only when the image changes. Only the image's metadata is built for it.
""",
    attrs = ACTION_TOOLS | {
        "images": attr.label_keyed_string_dict(
            mandatory = True,
            aspects = IMAGE_ASPECTS,
            providers = [[ImageInfo], [ImageIndexInfo]],
            doc = "An `image` or `image_index` to the repository that it is pushed to, `HOST/NAME`. A repository that the text does not name is an error.",
        ),
        "src": attr.label(mandatory = True, allow_single_file = True, doc = "The text."),
    },
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
