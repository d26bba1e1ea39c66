"""Programs in Rust, compiled with Debian's rustc."""

load("//examples/toolchains:cc.bzl", "linker", "linking")

_TOOLCHAIN_TYPE = Label("//examples/toolchains:rust_toolchain_type")
_CC_TOOLCHAIN_TYPE = Label("//examples/toolchains:cc_toolchain_type")

def _rust_program_impl(ctx):
    rust = ctx.toolchains[_TOOLCHAIN_TYPE]
    cc = ctx.toolchains[_CC_TOOLCHAIN_TYPE]
    link = linking(ctx, cc)
    program = ctx.actions.declare_file(ctx.label.name)
    root = ctx.files.srcs[0]
    ctx.actions.run(
        executable = rust.loader.path,
        arguments = [
            "--library-path",
            rust.loader.dirname,
            rust.program.path,
            "--sysroot=" + rust.usr,
            "--crate-name=" + ctx.label.name.replace("-", "_"),
            "--edition=2021",
            "--remap-path-prefix={}=/rustc".format(rust.usr),
            "-Copt-level=3",
            "-Ccodegen-units=1",
            "-Cpanic=abort",
            "-Clinker-flavor=ld",
            "-Clinker=" + ctx.executable._linker.path,
            root.path,
            "-o",
            program.path,
        ],
        env = {
            "LINKER": " ".join(linker(cc) + link.before),
            "LINKER_AFTER": " ".join(link.after),
        },
        inputs = depset(ctx.files.srcs + link.inputs, transitive = [rust.files, cc.files]),
        tools = [ctx.executable._linker],
        outputs = [program],
        mnemonic = "ExampleRustCompile",
        progress_message = "Compiling %{label}",
        toolchain = _TOOLCHAIN_TYPE,
    )
    return [DefaultInfo(executable = program)]

rust_program = rule(
    implementation = _rust_program_impl,
    doc = "A program in Rust.",
    attrs = {
        "srcs": attr.label_list(
            allow_files = [".rs"],
            mandatory = True,
            doc = "The root of the crate first, then its other modules.",
        ),
        "_linker": attr.label(
            cfg = "exec",
            default = "//examples/toolchains:linker",
            executable = True,
        ),
    },
    executable = True,
    toolchains = [_TOOLCHAIN_TYPE, _CC_TOOLCHAIN_TYPE],
)
