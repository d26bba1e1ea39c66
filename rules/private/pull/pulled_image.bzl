"""The rule behind one pulled image."""

load("//rules/private/image:foreign_layers.bzl", "describe_foreign_layers")
load("//rules/private/image:image_info.bzl", "ImageInfo")
load("//rules/private/image:layout.bzl", "OUTPUT_ATTRS", "image_outputs")
load("//rules/private/interpreter:program.bzl", "run_program")
load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS")
load("//rules/private/publish:publication.bzl", "TOOL_ATTRS")
load("//rules/private/pypi:wheel_info.bzl", "WheelInfo")

# Repositories that the extension writes load it.
visibility("public")

_HOST_PLATFORM = "//command_line_option:host_platform"
_PLATFORMS = "//command_line_option:platforms"

def _for_any_platform_impl(settings, _attr):
    return {_PLATFORMS: [settings[_HOST_PLATFORM]]}

# A pulled image does not depend on the configuration: an index of several platforms, or a cross
# build, must pull its layers only once.
_for_any_platform = transition(
    implementation = _for_any_platform_impl,
    inputs = [_HOST_PLATFORM],
    outputs = [_PLATFORMS],
)

def _pull_blob(ctx, digest, size):
    blob = ctx.actions.declare_file("{}_/{}".format(ctx.label.name, digest.removeprefix("sha256:")))
    arguments = ["pull-blob", "--repository", ctx.attr.repository, "--digest", digest, "--size", size, "--out", blob.path]
    run_program(
        ctx,
        arguments = arguments + (["--insecure"] if ctx.attr.insecure else []),
        execution_requirements = {
            # The sandbox permits network access; a remote executor might not.
            "no-remote-exec": "1",
            "requires-network": "1",
        },
        mnemonic = "PullBlob",
        module = "tools.registry",
        outputs = [blob],
        progress_message = "Pulling {} of {}".format(digest[:19], ctx.attr.repository),
        srcs = ctx.files._srcs,
        wheels = [target[WheelInfo] for target in ctx.attr._wheels],
    )
    return blob

def _pulled_image_impl(ctx):
    blobs = [_pull_blob(ctx, digest, size) for digest, size in ctx.attr.layers.items()]
    info = ImageInfo(
        config = ctx.file.config,
        descriptor = ctx.file.descriptor,
        foreign_blobs = blobs,
        foreign_facts = describe_foreign_layers(
            ctx,
            blobs = blobs,
            config = ctx.file.config,
            manifest = ctx.file.manifest,
        ),
        layers = [],
        linked_files = depset(),
        manifest = ctx.file.manifest,
        repositories = [ctx.attr.repository],
    )
    outputs = image_outputs(ctx, [info])
    return [
        outputs.default,
        info,
        OutputGroupInfo(
            facts = depset([info.foreign_facts]),
            metadata = depset([info.config, info.manifest, info.descriptor]),
            **outputs.groups
        ),
    ]

pulled_image = rule(
    implementation = _pulled_image_impl,
    doc = "An image of a registry. Written by the repositories of the `image_pull` extension.",
    attrs = {
        "config": attr.label(mandatory = True, allow_single_file = True, doc = "Its config."),
        "descriptor": attr.label(mandatory = True, allow_single_file = True, doc = "Descriptor of its manifest."),
        "insecure": attr.bool(doc = "Whether plain http is accepted."),
        "layers": attr.string_dict(mandatory = True, doc = "Digests of its layers, and their sizes in bytes."),
        "manifest": attr.label(mandatory = True, allow_single_file = True, doc = "Its manifest."),
        "repository": attr.string(mandatory = True, doc = "Where its layers are: `HOST/NAME`."),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    } | TOOL_ATTRS | OUTPUT_ATTRS,
    cfg = _for_any_platform,
    provides = [ImageInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
