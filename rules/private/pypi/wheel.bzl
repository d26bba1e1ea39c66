"""The rules behind fetched wheels."""

load("//rules/private/interpreter:bytecode.bzl", "COMPILE_ATTRS", "compile_modules")
load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS")
load("//rules/private/layer:compression.bzl", "FRAGMENT_ATTRS")
load("//rules/private/layer:wheel_fragment.bzl", "wheel_fragment")
load("//rules/private/pypi:wheel_info.bzl", "WheelClosureInfo", "WheelInfo")

# Repositories that the extension writes load it.
visibility("public")

def _wheel_impl(ctx):
    return [
        DefaultInfo(files = depset([ctx.file.wheel])),
        WheelInfo(
            bytecode = depset(compile_modules(ctx, ctx.files.files)),
            distribution = ctx.attr.distribution,
            files = depset(ctx.files.files),
            fragment = wheel_fragment(
                ctx,
                name = ctx.attr.distribution,
                distribution = ctx.attr.distribution,
                python = ctx.attr.python,
                version = ctx.attr.version,
                wheel = ctx.file.wheel,
            ),
            python = ctx.attr.python,
            site_packages = ctx.file.site_packages,
            version = ctx.attr.version,
            wheel = ctx.file.wheel,
        ),
    ]

wheel = rule(
    implementation = _wheel_impl,
    doc = "One wheel. Written by the repositories of the `pypi` extension.",
    attrs = COMPILE_ATTRS | FRAGMENT_ATTRS | {
        "distribution": attr.string(mandatory = True, doc = "Normalized name of the distribution."),
        "files": attr.label_list(allow_files = True, doc = "The unpacked wheel."),
        "python": attr.string(mandatory = True, doc = "The version of Python that it was chosen for."),
        "site_packages": attr.label(mandatory = True, allow_single_file = True, doc = "A file next to the directory that holds `files`."),
        "version": attr.string(mandatory = True, doc = "Version of the distribution."),
        "wheel": attr.label(mandatory = True, allow_single_file = [".whl"], doc = "The wheel."),
    },
    provides = [WheelInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)

def _wheel_closure_impl(ctx):
    root = [target[WheelInfo] for target in ctx.attr.wheels[:1]] if ctx.attr.root else []
    return [
        DefaultInfo(files = depset(transitive = [target[DefaultInfo].files for target in (ctx.attr.wheels[:1] if root else ctx.attr.wheels)])),
        WheelClosureInfo(wheels = [target[WheelInfo] for target in ctx.attr.wheels]),
    ] + root

wheel_closure = rule(
    implementation = _wheel_closure_impl,
    doc = "Wheels with everything that they need. Written by the repositories of the `pypi` extension.",
    attrs = {
        "checks": attr.label_list(providers = [WheelClosureInfo], doc = "Closures that must be complete."),
        "root": attr.bool(default = True, doc = "Whether the target includes its first wheel."),
        "wheels": attr.label_list(providers = [WheelInfo], doc = "The wheels."),
    },
    provides = [WheelClosureInfo],
)
