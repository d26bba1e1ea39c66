"""Bytecode next to its modules, so that a program does not compile them each time it starts."""

load("//rules/private:label_name.bzl", "label_name")
load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS", "INTERPRETER", "InterpreterInfo", "interpreter_arguments")

visibility("//...")

PythonModulesInfo = provider(
    doc = """\
Modules of Python programs that run on the pinned interpreter.

Made by `python_modules`; read by programs and tests.
""",
    fields = {
        "bytecode": "Depset of File. Bytecode of the modules and of what they import.",
    },
)

COMPILE_ATTRS = INTERPRETER | {
    "_pack": attr.label(default = Label("//tools/python:pack.py"), allow_single_file = True),
}

def compile_modules(ctx, sources):
    """Register the action that compiles modules of the package of a target, or of packages below it.

    Args:
      ctx: The rule context; the rule must have `COMPILE_ATTRS`.
      sources: List of Files; those that are not modules are left out.

    Returns:
      A list of Files, at the paths where the interpreter looks for them (PEP 3147).
    """
    interpreter = ctx.attr._interpreter[InterpreterInfo]
    modules = [file for file in sources if file.extension == "py"]
    if not modules:
        return []
    suffix = ".{}.pyc".format(interpreter.python.basename.replace("python", "cpython-").replace(".", ""))
    arguments = ctx.actions.args()
    arguments.add_all(interpreter_arguments(interpreter))
    arguments.add_all(["-I", "-S", ctx.file._pack])
    compiled = []
    for module in modules:
        directory, _, name = _below(ctx.label, module).rpartition("/")
        file = ctx.actions.declare_file("{}{}__pycache__/{}{}".format(directory, "/" if directory else "", name.removesuffix(".py"), suffix))
        arguments.add_all("--compile", [module, file])
        compiled.append(file)
    ctx.actions.run(
        executable = interpreter.loader,
        arguments = [arguments],
        inputs = [ctx.file._pack] + modules,
        tools = [interpreter.files],
        outputs = compiled,
        mnemonic = "PythonCompile",
        progress_message = "Compiling the modules of %{label}",
        toolchain = None,
    )
    return compiled

def _below(label, file):
    path = file.short_path
    if path.startswith("../"):
        path = path.split("/", 2)[2]
    prefix = label.package + "/" if label.package else ""
    if not path.startswith(prefix):
        fail("{}: {} is not below its package".format(label_name(label), file.path))
    return path.removeprefix(prefix)

def _python_modules_impl(ctx):
    return [
        DefaultInfo(files = depset(ctx.files.srcs, transitive = [dep[DefaultInfo].files for dep in ctx.attr.deps])),
        PythonModulesInfo(bytecode = depset(
            compile_modules(ctx, ctx.files.srcs),
            transitive = [dep[PythonModulesInfo].bytecode for dep in ctx.attr.deps],
        )),
    ]

python_modules = rule(
    implementation = _python_modules_impl,
    doc = "Modules of this package and of those below it, their bytecode, and what they import.",
    attrs = COMPILE_ATTRS | {
        "deps": attr.label_list(providers = [PythonModulesInfo], doc = "What they import."),
        "srcs": attr.label_list(allow_files = [".css", ".js", ".py"], doc = "The modules, and data that they read."),
    },
    provides = [PythonModulesInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
