"""Compiles Python modules into one archive that the interpreter can run."""

load("//rules/private/python:tools.bzl", "EXECUTION_CONSTRAINTS", "InterpreterInfo", "ToolsInfo", "interpreter_arguments")

visibility("//...")

def _bytecode_archive_impl(ctx):
    archive = ctx.actions.declare_file(ctx.label.name + ".pyz")
    compiler = ctx.attr._compiler[InterpreterInfo]
    arguments = ctx.actions.args()
    arguments.add_all(interpreter_arguments(compiler))
    arguments.add_all(["-I", "-S", ctx.file._pack, "--archive", archive, "--main", ctx.file.main])
    arguments.add_all("--modules", ctx.files.srcs)
    ctx.actions.run(
        executable = compiler.loader,
        arguments = [arguments],
        inputs = [ctx.file._pack, ctx.file.main] + ctx.files.srcs,
        tools = [compiler.files],
        outputs = [archive],
        mnemonic = "PythonCompile",
        progress_message = "Compiling the tools %{label}",
    )
    return [
        DefaultInfo(files = depset([archive])),
        ToolsInfo(archive = archive, interpreter = ctx.attr.interpreter[InterpreterInfo]),
    ]

bytecode_archive = rule(
    implementation = _bytecode_archive_impl,
    doc = "Python modules as one archive of bytecode with a `__main__`.",
    attrs = {
        "interpreter": attr.label(mandatory = True, providers = [InterpreterInfo], doc = "Runs the modules."),
        "main": attr.label(mandatory = True, allow_single_file = [".py"], doc = "Becomes the `__main__` of the archive."),
        "srcs": attr.label_list(allow_files = [".py"], doc = "The modules, at their paths in the workspace."),
        # Of the same version as `interpreter`, but of the machine that compiles.
        "_compiler": attr.label(default = Label("//rules:action_interpreter"), cfg = "exec", providers = [InterpreterInfo]),
        "_pack": attr.label(default = Label("//tools/python:pack.py"), allow_single_file = True),
    },
    exec_compatible_with = EXECUTION_CONSTRAINTS,
    provides = [ToolsInfo],
)
