"""A Python interpreter, as a target."""

load("//rules/private:label_name.bzl", "label_name")
load("//rules/private/interpreter:tools.bzl", "InterpreterInfo")

visibility("//...")

def _python_interpreter_impl(ctx):
    loaders = [file for file in ctx.files.srcs if file.basename.startswith("ld-linux")]
    if len(loaders) != 1:
        fail("{}: srcs must have one dynamic loader (ld-linux*), not {}".format(label_name(ctx.label), len(loaders)))
    files = depset(ctx.files.srcs + [ctx.file.program])
    return [
        DefaultInfo(files = files),
        InterpreterInfo(files = files, loader = loaders[0], python = ctx.file.program),
    ]

python_interpreter = rule(
    implementation = _python_interpreter_impl,
    doc = """\
A Python interpreter that has its own libraries and starts through its own dynamic loader.

Its files are where Python expects them: `bin/python3.13`, `lib/python313.zip` or `lib/python3.13`, and
shared libraries next to the loader in `lib`.
""",
    attrs = {
        "program": attr.label(mandatory = True, allow_single_file = True, doc = "The interpreter's program."),
        "srcs": attr.label_list(mandatory = True, allow_files = True, doc = "Its other files: the dynamic loader, shared libraries next to it, the standard library."),
    },
    provides = [InterpreterInfo],
)
