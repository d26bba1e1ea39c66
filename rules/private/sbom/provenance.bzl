"""The rule that documents how an image was built."""

load("//rules/private/inspect:image_facts.bzl", "IMAGE_PROVIDERS")
load("//rules/private/interpreter:tools.bzl", "DESCRIBE_TOOLS", "EXECUTION_CONSTRAINTS", "action_params", "add_params", "run_tool")
load("//rules/private/oci:oci_image_aspect.bzl", "IMAGE_ASPECTS")
load("//rules/private/publish:attachments_info.bzl", "AttachmentsInfo")
load("//rules/private/sbom:subject.bzl", "add_subject", "root_of")

visibility("//...")

def _provenance_impl(ctx):
    statement = ctx.actions.declare_file(ctx.label.name + ".intoto.json")
    params = action_params(ctx, "provenance")
    inputs = add_subject(params, ctx.attr.image) + ctx.files.locks
    add_params(params, [
        ("builder", ctx.attr.builder),
        ("parameters", ctx.attr.parameters),
        ("repository", ctx.attr.repository),
        ("out", statement),
    ])
    add_params(params, [("lock", {"name": file.short_path, "path": file}) for file in ctx.files.locks])
    if ctx.attr.stamp:
        add_params(params, [("status", ctx.info_file), ("revision_key", ctx.attr.revision_key)])
        inputs.append(ctx.info_file)
    run_tool(
        ctx,
        inputs = inputs,
        mnemonic = "Provenance",
        outputs = [statement],
        params = params,
        progress_message = "Writing the provenance of %{label}",
    )
    return [
        AttachmentsInfo(
            attachments = [struct(
                file = statement,
                media_type = "application/vnd.in-toto+json",
                predicate_type = "https://slsa.dev/provenance/v1",
            )],
            subject = root_of(ctx.attr.image),
        ),
        DefaultInfo(files = depset([statement])),
    ]

provenance = rule(
    implementation = _provenance_impl,
    doc = """\
How an image was built: SLSA provenance v1, as an in-toto statement about the image's digest.

```starlark
provenance(
    name = "image.provenance",
    builder = "https://ci.example/release",
    image = ":image",
    locks = ["//:packages.lock.json"],
    repository = "git+https://git.example/app",
    stamp = True,
)
```

It names the target, the locks by digest, every package, wheel and archive by hash, and, with
`stamp`, the revision of the source. `image_push(attachments = [":image.provenance"])` stores it, and
signs it if there is a key.
""",
    attrs = {
        "builder": attr.string(mandatory = True, doc = "The builder, as a URI. Verifiers trust builders by this name."),
        "image": attr.label(mandatory = True, aspects = IMAGE_ASPECTS, providers = IMAGE_PROVIDERS, doc = "An `image` or `image_index`."),
        "locks": attr.label_list(allow_files = True, doc = "Lock files, named with their digests."),
        "parameters": attr.string_dict(doc = "Further inputs of the build: options, a release's name."),
        "repository": attr.string(doc = "Where the source is, as a URI: `git+https://…`."),
        "revision_key": attr.string(default = "STABLE_GIT_COMMIT", doc = "The line of `--workspace_status_command` that has the revision."),
        "stamp": attr.bool(doc = "Whether to name the revision. The document then changes with every commit, though the image does not."),
    } | DESCRIBE_TOOLS,
    provides = [AttachmentsInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
