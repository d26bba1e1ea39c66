"""Rules that look like those of rules_oci from outside, where there is no rules_oci.

They have the names, the attributes and the outputs that `oci_image_aspect` goes by, as of rules_oci
2.3: a directory with links to blobs in other places, which are in its runfiles. examples/rules_oci
has the real ones.
"""

load("//rules/private/interpreter:program.bzl", "run_program")  # buildifier: disable=bzl-visibility
load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS", "INTERPRETER")  # buildifier: disable=bzl-visibility

_PROGRAM = INTERPRETER | {
    "_srcs": attr.label_list(
        allow_files = [".py"],
        default = [
            "//tests:sources",
            "//tests/rules/oci:make_oci_image.py",
        ],
    ),
}

_LAYOUT = "//rules:layout"

# rules_oci takes a base as one file: users set this in their .bazelrc.
_with_layouts = transition(
    implementation = lambda _settings, _attr: {_LAYOUT: True},
    inputs = [],
    outputs = [_LAYOUT],
)

_ALLOWED = {
    "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
}

def _run(ctx, arguments, inputs):
    out = ctx.actions.declare_directory(ctx.label.name)
    run_program(
        ctx,
        arguments = [out.path] + arguments,
        inputs = inputs,
        mnemonic = "OCIImage",
        module = "tests.rules.oci.make_oci_image",
        outputs = [out],
        progress_message = "OCI Image %{label}",
        srcs = ctx.files._srcs,
        wheels = [],
    )
    return out

def _oci_image_impl(ctx):
    linked = depset(ctx.files.tars, transitive = [
        depset(ctx.files.base),
        ctx.attr.base[DefaultInfo].default_runfiles.files,
    ])
    out = _run(ctx, ["--base", ctx.files.base[0].path] + [tar.path for tar in ctx.files.tars], linked.to_list())
    return [DefaultInfo(files = depset([out]), runfiles = ctx.runfiles(transitive_files = linked))]

oci_image = rule(
    implementation = _oci_image_impl,
    doc = "An image on a base.",
    cfg = _with_layouts,
    attrs = _PROGRAM | _ALLOWED | {
        "base": attr.label(mandatory = True, allow_single_file = True, doc = "Its base."),
        "tars": attr.label_list(allow_files = True, doc = "Its layers."),
    },
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)

def _oci_image_index_impl(ctx):
    linked = depset(ctx.files.images, transitive = [image[DefaultInfo].default_runfiles.files for image in ctx.attr.images])
    return [DefaultInfo(files = depset([
        _run(ctx, ["--index"] + [image.path for image in ctx.files.images], linked.to_list()),
    ]))]

oci_image_index = rule(
    implementation = _oci_image_index_impl,
    doc = "An index of images.",
    cfg = _with_layouts,
    attrs = _PROGRAM | _ALLOWED | {
        "images": attr.label_list(mandatory = True, doc = "The images."),
    },
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
