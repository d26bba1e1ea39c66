"""Programs in Go, compiled with Debian's Go: `go build`, modules, vendored dependencies and all."""

load("//rules/private/interpreter:tools.bzl", "INTERPRETER", "InterpreterInfo", "interpreter_arguments")  # buildifier: disable=bzl-visibility

_TOOLCHAIN_TYPE = Label("//examples/toolchains:go_toolchain_type")

def _run_go(ctx, *, inputs, output, arguments, mnemonic, progress_message):
    go = ctx.toolchains[_TOOLCHAIN_TYPE]
    interpreter = ctx.attr._interpreter[InterpreterInfo]
    arm64 = ctx.target_platform_has_constraint(ctx.attr._arm64[platform_common.ConstraintValueInfo])
    ctx.actions.run(
        executable = interpreter.loader,
        arguments = interpreter_arguments(interpreter) + [
            "-I",
            "-S",
            ctx.file._driver.path,
            "--go",
            go.program.path,
            "--architecture",
            "arm64" if arm64 else "amd64",
        ] + arguments,
        inputs = depset(inputs + [ctx.file._driver], transitive = [go.files]),
        tools = [interpreter.files],
        outputs = [output],
        mnemonic = mnemonic,
        progress_message = progress_message,
        toolchain = _TOOLCHAIN_TYPE,
    )

_ATTRS = INTERPRETER | {
    "_arm64": attr.label(default = "@platforms//cpu:aarch64"),
    "_driver": attr.label(allow_single_file = True, default = "//examples/toolchains:go.py"),
}

def _go_stdlib_impl(ctx):
    stdlib = ctx.actions.declare_file(ctx.label.name + ".tar")
    _run_go(
        ctx,
        arguments = ["--stdlib", stdlib.path],
        inputs = [],
        mnemonic = "ExampleGoStdlib",
        output = stdlib,
        progress_message = "Compiling Go's standard library",
    )
    return [DefaultInfo(files = depset([stdlib]))]

go_stdlib = rule(
    implementation = _go_stdlib_impl,
    doc = "Go's standard library, compiled.",
    attrs = _ATTRS,
    toolchains = [_TOOLCHAIN_TYPE],
)

def _go_program_impl(ctx):
    program = ctx.actions.declare_file(ctx.label.name)
    stdlib = ctx.file._stdlib
    _run_go(
        ctx,
        arguments = ["--stdlib", stdlib.path, "--directory", ctx.label.package, "--out", program.path] +
                    [file.path for file in ctx.files.srcs],
        inputs = [stdlib] + ctx.files.srcs,
        mnemonic = "ExampleGoBuild",
        output = program,
        progress_message = "Compiling %{label}",
    )
    return [DefaultInfo(executable = program)]

go_program = rule(
    implementation = _go_program_impl,
    doc = "A program in Go that needs no shared library, for the target platform.",
    attrs = _ATTRS | {
        "srcs": attr.label_list(
            allow_files = True,
            mandatory = True,
            doc = "`go.mod`, all sources, what they embed, and `vendor/`. The main package is that of this target.",
        ),
        "_stdlib": attr.label(allow_single_file = True, default = "//examples/toolchains:go_stdlib"),
    },
    executable = True,
    toolchains = [_TOOLCHAIN_TYPE],
)
