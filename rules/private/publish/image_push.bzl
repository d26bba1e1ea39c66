"""The rule that pushes an image."""

load("//rules/private/inspect:image_facts.bzl", "IMAGE_PROVIDERS")
load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS")
load("//rules/private/oci:oci_image_aspect.bzl", "IMAGE_ASPECTS")
load("//rules/private/publish:attachments_info.bzl", "AttachmentsInfo")
load("//rules/private/publish:publication.bzl", "TOOL_ATTRS", "make_publisher", "publication_of")
load("//rules/private/publish:publication_info.bzl", "PublicationInfo")

visibility("//...")

def _image_push_impl(ctx):
    publication = publication_of(
        ctx,
        ctx.attr.image,
        architecture_tags = ctx.attr.architecture_tags,
        attachments = ctx.attr.attachments,
        mount_from = ctx.attr.mount_from,
        repository = ctx.attr.repository,
        tags = ctx.attr.remote_tags,
    )
    return [make_publisher(ctx, "push", publication), publication]

image_push = rule(
    implementation = _image_push_impl,
    doc = """\
A `bazel run` target that pushes an image, or an index with all its images, to a registry.

```starlark
image_push(
    name = "push",
    image = ":image",
    remote_tags = ["latest"],
    repository = "registry.example/team/app",
)
```

Only what the registry lacks is sent, and tags are written last. `bazel run //app:push -- --help`
lists the options: another repository, more tags, authorities, plain http.
""",
    attrs = {
        "architecture_tags": attr.bool(doc = "Whether each image of an index gets each tag with its architecture at the end, too: `latest-arm64`."),
        "attachments": attr.label_list(providers = [AttachmentsInfo], doc = "Documents about the image to store with it: `sbom`, `provenance`. With `--sign-key` they are signed, as the image is."),
        "image": attr.label(mandatory = True, aspects = IMAGE_ASPECTS, providers = IMAGE_PROVIDERS, doc = "An `image`, `layout_image`, pulled image or `image_index`."),
        "mount_from": attr.string_list(doc = "Names of repositories of the same registry that may have some of the layers, such as that of the base. The registry then takes them from there, and the push does not send them."),
        "remote_tags": attr.string_list(doc = "Tags to write. Without any, and without `--tag`, the image is pushed by its digest alone."),
        "repository": attr.string(doc = "Where to push: `HOST/NAME`. If empty, give `--repository`."),
    } | TOOL_ATTRS,
    executable = True,
    provides = [PublicationInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
