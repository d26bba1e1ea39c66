"""The rule that takes in an image which another tool has laid out."""

load("//rules/private:target_architecture.bzl", "TARGET_ARCHITECTURE", "target_architecture")
load("//rules/private/image:foreign_layers.bzl", "describe_foreign_layers")
load("//rules/private/image:image_info.bzl", "ImageInfo")
load("//rules/private/interpreter:tools.bzl", "ACTION_TOOLS", "EXECUTION_CONSTRAINTS", "action_params", "add_param", "run_tool")

visibility("//...")

def _layout_image_impl(ctx):
    platform = target_architecture(ctx)
    layout = ctx.file.layout

    # rules_oci's directories hold links to layers that lie elsewhere.
    linked_files = ctx.attr.layout[DefaultInfo].default_runfiles.files
    config = ctx.actions.declare_file(ctx.label.name + ".config.json")
    manifest = ctx.actions.declare_file(ctx.label.name + ".manifest.json")
    info = ImageInfo(
        config = config,
        descriptor = ctx.actions.declare_file(ctx.label.name + ".descriptor.json"),
        foreign_blobs = [layout],
        foreign_facts = describe_foreign_layers(
            ctx,
            blobs = [layout],
            config = config,
            linked_files = linked_files,
            manifest = manifest,
        ),
        layers = [],
        linked_files = linked_files,
        manifest = manifest,
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
        OutputGroupInfo(
            facts = depset([info.foreign_facts]),
            metadata = depset([info.config, info.manifest, info.descriptor]),
        ),
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

What is in its layers is read from them: packages of Debian, Ubuntu, Alpine and Wolfi, programs,
files. So it can be tested, compared and listed, and what lies on it is checked against it.
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
