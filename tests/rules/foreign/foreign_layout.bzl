"""A layout of another tool, for tests."""

load("//rules/private:target_architecture.bzl", "TARGET_ARCHITECTURE", "target_architecture")  # buildifier: disable=bzl-visibility
load("//rules/private/apt:package_info.bzl", "PackageClosureInfo")  # buildifier: disable=bzl-visibility
load("//rules/private/interpreter:program.bzl", "run_program")  # buildifier: disable=bzl-visibility
load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS", "INTERPRETER")  # buildifier: disable=bzl-visibility

def _foreign_layout_impl(ctx):
    out = ctx.actions.declare_directory(ctx.label.name)
    closure = depset(transitive = [target[PackageClosureInfo].packages for target in ctx.attr.packages])
    debs = [package.deb for package in closure.to_list()]
    run_program(
        ctx,
        arguments = [ctx.attr.distribution, target_architecture(ctx).debian, out.path] + [deb.path for deb in debs],
        inputs = debs,
        mnemonic = "ForeignLayout",
        module = "tests.rules.foreign.make_layout",
        outputs = [out],
        progress_message = "Laying out %{label} as another tool would",
        srcs = ctx.files._srcs,
        wheels = [],
    )
    return [DefaultInfo(files = depset([out]))]

foreign_layout = rule(
    implementation = _foreign_layout_impl,
    doc = "An OCI layout directory that another tool might have made.",
    attrs = INTERPRETER | TARGET_ARCHITECTURE | {
        "distribution": attr.string(mandatory = True, doc = "`debian`, `ubuntu`, `alpine` or `wolfi`."),
        "packages": attr.label_list(providers = [PackageClosureInfo], doc = "Packages that dpkg has installed."),
        "_srcs": attr.label_list(allow_files = [".py"], default = [
            "//tests:sources",
            "//tests/rules/foreign:make_layout.py",
            "//tests/tools:elf_builder.py",
            "//tools:image_room",
        ]),
    },
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
