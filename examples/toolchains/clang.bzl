"""Static programs in C without a C library, compiled with Debian's clang for any architecture."""

_TOOLCHAIN_TYPE = Label("//examples/toolchains:clang_toolchain_type")

def _run(ctx, program, arguments, inputs, output, mnemonic):
    clang = ctx.toolchains[_TOOLCHAIN_TYPE]
    ctx.actions.run(
        executable = clang.loader.path,
        arguments = ["--library-path", "{}:{}/lib/llvm-19/lib".format(clang.loader.dirname, clang.usr), program] + arguments,
        inputs = depset(inputs, transitive = [clang.files]),
        outputs = [output],
        mnemonic = mnemonic,
        progress_message = "Compiling %{label}",
        toolchain = _TOOLCHAIN_TYPE,
    )

def _freestanding_program_impl(ctx):
    clang = ctx.toolchains[_TOOLCHAIN_TYPE]
    object = ctx.actions.declare_file(ctx.label.name + ".o")
    program = ctx.actions.declare_file(ctx.label.name)
    _run(
        ctx,
        clang.program.path,
        [
            "--target={}-linux-gnu".format(ctx.attr.cpu),
            "-std=c17",
            "-Oz",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-ffreestanding",
            "-fno-pic",
            "-fno-asynchronous-unwind-tables",
            "-ffunction-sections",
            "-Qn",
            "-c",
            ctx.file.src.path,
            "-o",
            object.path,
        ],
        [ctx.file.src] + ctx.files.hdrs,
        object,
        "ExampleClangCompile",
    )
    _run(
        ctx,
        clang.usr + "/lib/llvm-19/bin/lld",
        ["-flavor", "gnu", "-static", "--gc-sections", "--strip-all", "--build-id=none", "-znoexecstack", "-znoseparate-code", object.path, "-o", program.path],
        [object],
        program,
        "ExampleClangLink",
    )
    return [DefaultInfo(executable = program)]

freestanding_program = rule(
    implementation = _freestanding_program_impl,
    doc = "A static program in C that has no library.",
    attrs = {
        "cpu": attr.string(mandatory = True, doc = "The processor, as LLVM names it: `x86_64`, `aarch64`."),
        "hdrs": attr.label_list(allow_files = [".h"], doc = "Its headers."),
        "src": attr.label(allow_single_file = [".c"], mandatory = True, doc = "Its source."),
    },
    executable = True,
    toolchains = [_TOOLCHAIN_TYPE],
)
