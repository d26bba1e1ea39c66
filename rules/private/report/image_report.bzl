"""The rule that writes a page about an image."""

load("//rules/private/advisory:advisories_info.bzl", "AdvisoriesInfo")
load("//rules/private/image:image_info.bzl", "ImageInfo")
load("//rules/private/inspect:image_facts.bzl", "add_images")
load("//rules/private/interpreter:program.bzl", "bytecode_of", "make_program")
load("//rules/private/interpreter:tools.bzl", "DESCRIBE_TOOLS", "EXECUTION_CONSTRAINTS", "INTERPRETER", "action_params", "add_params", "run_tool")
load("//rules/private/oci:oci_image_aspect.bzl", "IMAGE_ASPECTS")
load("//rules/private/sbom:subject.bzl", "add_subject")

visibility("//...")

def _image_report_impl(ctx):
    page = ctx.actions.declare_file(ctx.label.name + ".html")
    findings = [ctx.attr.advisories[AdvisoriesInfo].findings] if ctx.attr.advisories else []
    params = action_params(ctx, "report")
    inputs = add_subject(params, ctx.attr.image) + findings
    add_params(params, [("findings", file) for file in findings] + [("out", page)])
    if ctx.attr.since:
        inputs += add_images(params, ctx.attr.since, key = "since")
    run_tool(
        ctx,
        inputs = inputs,
        mnemonic = "Report",
        outputs = [page],
        params = params,
        progress_message = "Writing the report %{label}",
    )
    program = make_program(
        ctx,
        bytecode = bytecode_of([ctx.attr._show]),
        argument_files = [page],
        module = "tools.report.show",
        srcs = ctx.files._show,
        wheels = [],
    )
    return [
        DefaultInfo(
            executable = program.executable,
            files = depset([page]),
            runfiles = program.runfiles,
        ),
        OutputGroupInfo(page = depset([page])),
    ]

image_report = rule(
    implementation = _image_report_impl,
    doc = """\
A page about an image: sizes, layers, surface, contents, vulnerabilities, changes.

```starlark
image_report(
    name = "image.report",
    advisories = ":image.advisories",
    image = ":image",
)
```

`bazel run //app:image.report` opens it in a browser, or prints its path; `-- --copy FILE` copies
it. The page is one file of HTML, loads nothing, and is the same bytes on every machine.
""",
    attrs = DESCRIBE_TOOLS | INTERPRETER | {
        "advisories": attr.label(providers = [AdvisoriesInfo], doc = "The `advisories` target of the image."),
        "image": attr.label(mandatory = True, aspects = IMAGE_ASPECTS, providers = [ImageInfo], doc = "An `image`."),
        "since": attr.label(aspects = IMAGE_ASPECTS, providers = [ImageInfo], doc = "An earlier image, to show the changes since."),
        "_show": attr.label(default = Label("//tools:report_room"), cfg = "exec"),
    },
    executable = True,
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
