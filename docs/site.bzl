"""The rule that makes the site of the documents."""

load("//rules/private/interpreter:program.bzl", "run_program")  # buildifier: disable=bzl-visibility
load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS", "INTERPRETER")  # buildifier: disable=bzl-visibility
load("//rules/private/pypi:wheel_info.bzl", "WheelInfo")  # buildifier: disable=bzl-visibility

def _site_impl(ctx):
    site = ctx.actions.declare_directory(ctx.label.name)
    run_program(
        ctx,
        arguments = [ctx.file.config.path, site.path],
        module = "docs.generator.site",
        mnemonic = "Site",
        outputs = [site],
        progress_message = "Making the site %{label}",
        srcs = ctx.files.generator + ctx.files.pages + [ctx.file.config],
        wheels = [target[WheelInfo] for target in ctx.attr.wheels],
    )
    return [DefaultInfo(files = depset([site]))]

site = rule(
    implementation = _site_impl,
    doc = "A directory of web pages, made with MkDocs.",
    attrs = INTERPRETER | {
        "config": attr.label(mandatory = True, allow_single_file = [".yml"], doc = "Configuration of MkDocs."),
        "generator": attr.label(mandatory = True, doc = "The modules that start MkDocs."),
        "pages": attr.label(mandatory = True, doc = "All that the site is made of."),
        "wheels": attr.label_list(providers = [WheelInfo], doc = "MkDocs, its theme, and what they need."),
    },
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
