"""The file os-release of an image."""

load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS")
load("//rules/private/layer:compression.bzl", "FRAGMENT_ATTRS")
load("//rules/private/layer:fragment.bzl", "make_fragment")
load("//rules/private/layer:fragment_info.bzl", "FragmentInfo")

visibility("//...")

def _os_release_impl(ctx):
    return [make_fragment(
        ctx,
        name = ctx.label.name,
        verb = "os-release-fragment",
        params = [("os_release", ctx.attr.content)],
        inputs = [],
        mnemonic = "OsReleaseFragment",
        progress_message = "Writing os-release of %{label}",
    )]

os_release = rule(
    implementation = _os_release_impl,
    doc = "A fragment with /usr/lib/os-release (os-release(5)).",
    attrs = FRAGMENT_ATTRS | {
        "content": attr.string_dict(mandatory = True, doc = "Fields of the file."),
    },
    provides = [FragmentInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
