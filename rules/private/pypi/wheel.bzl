"""The rule behind one fetched wheel."""

load("//rules/private/interpreter:bytecode.bzl", "COMPILE_ATTRS", "compile_modules")
load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS")

# Repositories that the extension writes load it.
visibility("public")

WheelInfo = provider(
    doc = """\
One Python wheel, fetched and verified.

Made by the repositories of the `pypi` extension. Layers take the wheel itself; programs of the
build take the unpacked files.
""",
    fields = {
        "bytecode": "Depset of File. Bytecode of its modules, for programs of the build.",
        "distribution": "String. Normalized name of the distribution.",
        "files": "Depset of File. The unpacked wheel.",
        "site_packages": "File. A file beside the directory `site-packages` that holds `files`.",
        "version": "String. Version of the distribution.",
        "wheel": "File. The wheel as published.",
    },
)

def _wheel_impl(ctx):
    return [
        DefaultInfo(files = depset([ctx.file.wheel])),
        WheelInfo(
            bytecode = depset(compile_modules(ctx, ctx.files.files)),
            distribution = ctx.attr.distribution,
            files = depset(ctx.files.files),
            site_packages = ctx.file.site_packages,
            version = ctx.attr.version,
            wheel = ctx.file.wheel,
        ),
    ]

wheel = rule(
    implementation = _wheel_impl,
    doc = "One wheel. Written by the repositories of the `pypi` extension.",
    attrs = COMPILE_ATTRS | {
        "distribution": attr.string(mandatory = True, doc = "Normalized name of the distribution."),
        "files": attr.label_list(allow_files = True, doc = "The unpacked wheel."),
        "site_packages": attr.label(mandatory = True, allow_single_file = True, doc = "A file beside the directory that holds `files`."),
        "version": attr.string(mandatory = True, doc = "Version of the distribution."),
        "wheel": attr.label(mandatory = True, allow_single_file = [".whl"], doc = "The wheel."),
    },
    provides = [WheelInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
