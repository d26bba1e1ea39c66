"""The rule that loads an image into a daemon."""

load("//rules/private/inspect:image_facts.bzl", "IMAGE_PROVIDERS")
load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS")
load("//rules/private/oci:oci_image_aspect.bzl", "IMAGE_ASPECTS")
load("//rules/private/publish:publication.bzl", "TOOL_ATTRS", "make_publisher", "publication_of")

visibility("//...")

def _image_load_impl(ctx):
    return [make_publisher(ctx, "load", publication_of(ctx, ctx.attr.image, tags = ctx.attr.repo_tags))]

image_load = rule(
    implementation = _image_load_impl,
    doc = """\
A `bazel run` target that loads an image into docker, podman or containerd.

```starlark
image_load(
    name = "load",
    image = ":image",
    repo_tags = ["app:latest"],
)
```

It runs the first of `docker`, `podman`, `nerdctl` and `ctr` that is installed; `-- --with podman`
chooses one, and `-- --archive FILE` writes a file that each of them loads. Of an index, it loads
the image for this machine.
""",
    attrs = {
        "image": attr.label(mandatory = True, aspects = IMAGE_ASPECTS, providers = IMAGE_PROVIDERS, doc = "An `image`, `layout_image`, pulled image or `image_index`."),
        "repo_tags": attr.string_list(mandatory = True, doc = "Names to give it: `app:1.0`, or `app`, which is `app:latest`."),
    } | TOOL_ATTRS,
    executable = True,
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
