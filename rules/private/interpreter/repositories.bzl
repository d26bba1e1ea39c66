"""The repositories of what actions run: the interpreters, and the tools as bytecode.

They are made here, and not by actions, because every build would begin with those actions. They are
made once, at first use, and survive `bazel clean`. The Python of the same packages, for the build
machine, does the work; equal input gives equal bytes.
"""

load("//rules/private/interpreter:host_python.bzl", "TREES", "run_python", "tools_directory")

visibility("//...")

def _run(rctx, module, arguments):
    run_python(rctx, "tools.python." + module, arguments)

_BUILD = """\
load("{interpreter}", "python_interpreter")

package(default_visibility = ["//visibility:public"])

python_interpreter(
    name = "{name}",
    srcs = glob(["lib/**"]),
    program = "bin/python3.13",
)
"""

def _interpreter_repository_impl(rctx):
    rctx.watch(Label("//tools/python:interpreter.py"))
    rctx.watch(Label("//tools/python:pack.py"))
    _run(rctx, "interpreter", [rctx.attr.interpreter, rctx.path(TREES[rctx.attr.architecture]).dirname, rctx.path("")])
    rctx.file("BUILD.bazel", _BUILD.format(interpreter = Label("//rules:interpreter.bzl"), name = rctx.attr.interpreter))

interpreter_repository = repository_rule(
    implementation = _interpreter_repository_impl,
    doc = "An interpreter for one architecture, packed so that it is small to stage and quick to start.",
    attrs = {
        "architecture": attr.string(mandatory = True, doc = "Debian's name of the architecture that it is for."),
        "interpreter": attr.string(mandatory = True, doc = "Which one: `interpreter` or `action_interpreter`."),
    },
)

def _tools_repository_impl(rctx):
    tools = tools_directory(rctx)
    rctx.watch_tree(tools)
    _run(rctx, "archives", [rctx.attr.tools, tools.dirname, rctx.path("")])
    rctx.file("BUILD.bazel", 'exports_files(["{}.pyz"])\n'.format(rctx.attr.tools))

tools_repository = repository_rule(
    implementation = _tools_repository_impl,
    doc = "Tools that actions run, as an archive of bytecode.",
    attrs = {
        "tools": attr.string(mandatory = True, doc = "Which ones, as tools/python/archives.py names them."),
    },
)

# Each of these is a repository of its own, so that a build makes only what its actions run.
_INTERPRETERS = {
    "action_interpreter": "plinth_action_python_",
    "interpreter": "plinth_python_",
}
_TOOLS = ("action_tools", "advisory_tools", "describe_tools", "inspect_tools")

def _python_impl(module_ctx):
    for architecture in TREES:
        for interpreter, prefix in _INTERPRETERS.items():
            interpreter_repository(
                name = prefix + architecture,
                architecture = architecture,
                interpreter = interpreter,
            )
    for tools in _TOOLS:
        tools_repository(name = "plinth_" + tools, tools = tools)
    return module_ctx.extension_metadata(reproducible = True)

python = module_extension(
    implementation = _python_impl,
    doc = "What every action runs.",
)
