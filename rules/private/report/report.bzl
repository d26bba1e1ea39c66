"""The rule that writes a page about an image."""

load("//rules/private/advisory:advisories_info.bzl", "AdvisoriesInfo")
load("//rules/private/image:image_info.bzl", "ImageInfo")
load("//rules/private/interpreter:program.bzl", "make_program")
load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS", "INTERPRETER")
load("//rules/private/sbom:sbom.bzl", "run_sbom_program", "subject_files", "subject_of")

visibility("//...")

def _report_impl(ctx):
    page = ctx.actions.declare_file(ctx.label.name + ".html")
    findings = [ctx.attr.advisories[AdvisoriesInfo].findings] if ctx.attr.advisories else []
    since = ctx.attr.since
    run_sbom_program(
        ctx,
        inputs = subject_files(ctx.attr.image) + findings + (subject_files(since) if since else []),
        job = subject_of(ctx.attr.image) | {
            "findings": findings[0].path if findings else None,
            "out": page.path,
            "since": subject_of(since) if since else None,
        },
        mnemonic = "Report",
        module = "tools.report",
        outputs = [page],
        progress_message = "Writing the report %{label}",
        srcs = ctx.files._tools,
    )
    program = make_program(
        ctx,
        argument_files = [page],
        module = "tools.report.show",
        srcs = ctx.files._tools,
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

report = rule(
    implementation = _report_impl,
    doc = """\
A page about an image: what takes the room, layers, surface, contents, vulnerabilities, changes.

```starlark
report(
    name = "image.report",
    advisories = ":image.advisories",
    image = ":image",
)
```

`bazel run //app:image.report` opens it in a browser, or says where it is; `-- --copy FILE` puts it
elsewhere. The page is one file of HTML, loads nothing, and is the same bytes on every machine.
""",
    attrs = INTERPRETER | {
        "advisories": attr.label(providers = [AdvisoriesInfo], doc = "An `advisories` of the image: what is known against it."),
        "image": attr.label(mandatory = True, providers = [ImageInfo], doc = "An `image`."),
        "since": attr.label(providers = [ImageInfo], doc = "An earlier image, to tell what changed since: a `layout_image` or pulled image cannot be, because Plinth has no facts of their layers."),
        "_tools": attr.label(default = Label("//tools:report_tools"), cfg = "exec"),
    },
    executable = True,
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
