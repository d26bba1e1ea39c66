"""The rule that takes in an image which another tool has laid out."""

load("//rules/private:target_architecture.bzl", "TARGET_ARCHITECTURE", "target_architecture")
load("//rules/private/image:image_info.bzl", "ImageInfo")
load("//rules/private/interpreter:tools.bzl", "ACTION_TOOLS", "EXECUTION_CONSTRAINTS", "action_params", "add_param", "run_tool")

visibility("//...")

def _layout_image_impl(ctx):
    platform = target_architecture(ctx)
    layout = ctx.file.layout

    # rules_oci's directories hold links to layers that lie elsewhere.
    linked_files = ctx.attr.layout[DefaultInfo].default_runfiles.files
    info = ImageInfo(
        config = ctx.actions.declare_file(ctx.label.name + ".config.json"),
        descriptor = ctx.actions.declare_file(ctx.label.name + ".descriptor.json"),
        foreign_blobs = [layout],
        layers = [],
        linked_files = linked_files,
        manifest = ctx.actions.declare_file(ctx.label.name + ".manifest.json"),
        repositories = [],
    )
    params = action_params(ctx, "layout-image")
    add_param(params, "layout", layout)
    add_param(params, "architecture", platform.architecture)
    add_param(params, "variant", platform.variant)
    if ctx.attr.ref:
        add_param(params, "ref", ctx.attr.ref)
    add_param(params, "out_config", info.config)
    add_param(params, "out_manifest", info.manifest)
    add_param(params, "out_image", info.descriptor)
    run_tool(
        ctx,
        params = params,
        inputs = depset([layout], transitive = [linked_files]),
        outputs = [info.config, info.manifest, info.descriptor],
        mnemonic = "LayoutImage",
        progress_message = "Reading the image of %{label}",
    )
    return [
        DefaultInfo(files = depset([layout])),
        info,
        OutputGroupInfo(metadata = depset([info.config, info.manifest, info.descriptor])),
    ]

layout_image = rule(
    implementation = _layout_image_impl,
    doc = """\
An image that another tool has laid out as a directory, to build upon or to publish.

```sh
skopeo copy docker://registry.example/base:1.0 oci:base_layout
```

```starlark
layout_image(name = "base", layout = "base_layout")

image(name = "image", base = ":base", layers = [":app"])
```

Plinth has no facts of such an image's layers: it checks no files against them.
""",
    attrs = ACTION_TOOLS | TARGET_ARCHITECTURE | {
        "layout": attr.label(
            mandatory = True,
            allow_single_file = True,
            doc = "An OCI image-layout directory: a source directory, or a rule's output, such as that of rules_oci's `oci_image`.",
        ),
        "ref": attr.string(
            doc = "Which image of the layout, by its `org.opencontainers.image.ref.name`; needed if there are several. Of an index, the image for the target platform is taken.",
        ),
    },
    provides = [ImageInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
