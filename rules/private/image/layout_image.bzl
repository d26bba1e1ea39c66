"""The rule that imports an image from a layout directory of another tool."""

load("//rules/private:target_architecture.bzl", "TARGET_ARCHITECTURE", "target_architecture")
load("//rules/private/image:foreign_image.bzl", "foreign_image")
load("//rules/private/image:image_info.bzl", "ImageInfo")
load("//rules/private/interpreter:tools.bzl", "ACTION_TOOLS", "EXECUTION_CONSTRAINTS")

visibility("//...")

def _layout_image_impl(ctx):
    layout = ctx.file.layout
    info = foreign_image(
        ctx,
        layout = layout,
        linked_files = ctx.attr.layout[DefaultInfo].default_runfiles.files,
        platform = target_architecture(ctx),
        ref = ctx.attr.ref,
    )
    return [
        DefaultInfo(files = depset([layout])),
        info,
        OutputGroupInfo(
            facts = depset([info.foreign_facts]),
            metadata = depset([info.config, info.manifest, info.descriptor]),
            oci_layout = depset([layout]),
        ),
    ]

layout_image = rule(
    implementation = _layout_image_impl,
    doc = """\
An image from an OCI layout directory of another tool, as a base or to publish.

```sh
skopeo copy docker://registry.example/base:1.0 oci:base_layout
```

```starlark
layout_image(name = "base", layout = "base_layout")

image(name = "image", base = ":base", layers = [":app"])
```

Plinth reads the layers: packages of Debian, Ubuntu, Alpine and Wolfi, programs, files. So you can
test, compare and list the image, and layers on it are checked against it.
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
