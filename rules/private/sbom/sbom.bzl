"""The rule that writes software bills of materials."""

load("//rules/private/inspect:image_facts.bzl", "IMAGE_PROVIDERS")
load("//rules/private/interpreter:tools.bzl", "DESCRIBE_TOOLS", "EXECUTION_CONSTRAINTS", "action_params", "add_params", "run_tool")
load("//rules/private/oci:oci_image_aspect.bzl", "IMAGE_ASPECTS")
load("//rules/private/publish:attachments_info.bzl", "AttachmentsInfo")
load("//rules/private/sbom:sbom_info.bzl", "SbomInfo")
load("//rules/private/sbom:subject.bzl", "add_subject", "root_of")

visibility("//...")

def _sbom_impl(ctx):
    spdx = ctx.actions.declare_file(ctx.label.name + ".spdx.json")
    cyclonedx = ctx.actions.declare_file(ctx.label.name + ".cdx.json")
    params = action_params(ctx, "sbom")
    inputs = add_subject(params, ctx.attr.image) + ctx.files.locks
    add_params(params, [("lock", file) for file in ctx.files.locks])
    add_params(params, [("out_spdx", spdx), ("out_cyclonedx", cyclonedx)])
    run_tool(
        ctx,
        inputs = inputs,
        mnemonic = "Sbom",
        outputs = [spdx, cyclonedx],
        params = params,
        progress_message = "Listing the contents of %{label}",
    )
    return [
        AttachmentsInfo(
            attachments = [
                struct(file = spdx, media_type = "application/spdx+json", predicate_type = "https://spdx.dev/Document"),
                struct(file = cyclonedx, media_type = "application/vnd.cyclonedx+json", predicate_type = "https://cyclonedx.org/bom"),
            ],
            subject = root_of(ctx.attr.image),
        ),
        DefaultInfo(files = depset([spdx, cyclonedx])),
        OutputGroupInfo(cyclonedx = depset([cyclonedx]), spdx = depset([spdx])),
        SbomInfo(cyclonedx = cyclonedx, image = ctx.attr.image, spdx = spdx),
    ]

sbom = rule(
    implementation = _sbom_impl,
    doc = """\
The software bill of materials of an image or an index, as SPDX 2.3 and as CycloneDX 1.6.

```starlark
sbom(
    name = "image.sbom",
    image = ":image",
    locks = ["//:packages.lock.json"],
)
```

Makes `image.sbom.spdx.json` and `image.sbom.cdx.json`: every Debian package with its source
package, license, supplier and hash, every wheel, Node.js module and archive, and every file with
its origin. They are made from the facts of the build, without the network, and are the same bytes
on every machine. `image_push(attachments = [":image.sbom"])` stores them with the image.
""",
    attrs = {
        "image": attr.label(mandatory = True, aspects = IMAGE_ASPECTS, providers = IMAGE_PROVIDERS, doc = "An `image`, `image_index`, `layout_image` or pulled image."),
        "locks": attr.label_list(allow_files = [".json"], doc = "Lock files of the image's packages. The documents have the date on which the newest of their archives was signed; without locks, the image's `created`."),
    } | DESCRIBE_TOOLS,
    provides = [AttachmentsInfo, SbomInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
