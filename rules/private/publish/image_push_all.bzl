"""The rule that pushes many images at once."""

load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS")
load("//rules/private/publish:publication.bzl", "TOOL_ATTRS", "make_publisher")
load("//rules/private/publish:publication_info.bzl", "PublicationInfo")

visibility("//...")

def _push_all_impl(ctx):
    publications = [target[PublicationInfo] for target in ctx.attr.pushes]
    symlinks = {}
    for publication in publications:
        symlinks.update(publication.symlinks)
    publication = PublicationInfo(
        files = depset(transitive = [publication.files for publication in publications]),
        images = [image for publication in publications for image in publication.images],
        symlinks = symlinks,
    )
    return [make_publisher(ctx, "push", publication), publication]

image_push_all = rule(
    implementation = _push_all_impl,
    doc = """\
A `bazel run` target that does the work of several `image_push` together.

```starlark
image_push_all(
    name = "push",
    pushes = ["//api:push", "//worker:push"],
)
```

A layer that several images have goes over the network once, and no tag is written before every
image is there. `bazel run //:push -- --registry HOST` pushes all of them to another registry.
""",
    attrs = {
        "pushes": attr.label_list(mandatory = True, providers = [PublicationInfo], doc = "`image_push` or `image_push_all` targets."),
    } | TOOL_ATTRS,
    executable = True,
    provides = [PublicationInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
