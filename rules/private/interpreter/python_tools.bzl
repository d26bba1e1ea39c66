"""Tools that actions run, as a target."""

load("//rules/private/interpreter:tools.bzl", "InterpreterInfo", "ToolsInfo")

visibility("//...")

def _python_tools_impl(ctx):
    return [
        DefaultInfo(files = depset([ctx.file.archive])),
        ToolsInfo(archive = ctx.file.archive, interpreter = ctx.attr.interpreter[InterpreterInfo]),
    ]

python_tools = rule(
    implementation = _python_tools_impl,
    doc = "An archive of bytecode, and the interpreter that it runs on.",
    attrs = {
        "archive": attr.label(mandatory = True, allow_single_file = [".pyz"], doc = "Modules with a `__main__`."),
        "interpreter": attr.label(mandatory = True, providers = [InterpreterInfo], doc = "Runs them."),
    },
    provides = [ToolsInfo],
)
