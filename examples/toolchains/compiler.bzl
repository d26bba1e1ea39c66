"""Compilers out of Debian packages, as toolchains of Bazel.

They are unpacked, never installed: actions start them through the dynamic loader that was unpacked
next to them, and pass them all paths. Nothing of the host is used.
"""

def _compiler_impl(ctx):
    program = ctx.file.program
    return [platform_common.ToolchainInfo(
        files = depset([program], transitive = [depset(ctx.files.files)]),
        loader = ctx.file.loader,
        program = program,
        usr = program.path.partition("/usr/")[0] + "/usr",
    )]

_compiler = rule(
    implementation = _compiler_impl,
    attrs = {
        "files": attr.label_list(allow_files = True, cfg = "exec"),
        "loader": attr.label(allow_single_file = True, cfg = "exec"),
        "program": attr.label(allow_single_file = True, cfg = "exec", mandatory = True),
    },
)

_PLATFORMS = {
    "amd64": ["@platforms//cpu:x86_64", "@platforms//os:linux"],
    "arm64": ["@platforms//cpu:aarch64", "@platforms//os:linux"],
}

def compiler(name, *, cross = False, loader = True):
    """Declares a compiler, its toolchain type and its toolchains for all architectures.

    The repositories `@example_<name>_<architecture>` have its `program`, its `files`, and the
    `loader` that starts it.

    Args:
      name: Name of the language.
      cross: Whether it builds for every architecture, not only for the one it runs on.
      loader: Whether the program needs a dynamic loader.
    """
    toolchain_type = name + "_toolchain_type"
    native.toolchain_type(name = toolchain_type)
    for architecture, constraints in _PLATFORMS.items():
        repository = "@example_{}_{}//:".format(name, architecture)
        _compiler(
            name = "{}_{}".format(name, architecture),
            files = [repository + "files"],
            loader = repository + "loader" if loader else None,
            program = repository + "program",
            # Only a toolchain asks for it, and only on the architecture it runs on.
            tags = ["manual"],
        )
        native.toolchain(
            name = "{}_{}_toolchain".format(name, architecture),
            exec_compatible_with = constraints,
            target_compatible_with = [] if cross else constraints,
            toolchain = ":{}_{}".format(name, architecture),
            toolchain_type = ":" + toolchain_type,
        )
