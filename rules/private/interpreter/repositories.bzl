"""The repositories of what actions run: the interpreters, and the tools as bytecode.

They are made here, and not by actions, because every build would begin with those actions. They are
made once, at first use, and survive `bazel clean`. The Python of the same packages, for the build
machine, does the work; equal input gives equal bytes.
"""

load("//rules/private/interpreter:host_python.bzl", "TREES", "run_python", "tools_directory")

visibility("//...")

def _run(rctx, module, arguments):
    run_python(rctx, "tools.python." + module, arguments)

_INTERPRETERS = """\
load("{interpreter}", "python_interpreter")

package(default_visibility = ["//visibility:public"])

[
    python_interpreter(
        name = name,
        srcs = glob([name + "/lib/**"]),
        program = name + "/bin/python3.13",
    )
    for name in [
        "action_interpreter",
        "interpreter",
    ]
]
"""

def _interpreter_repository_impl(rctx):
    rctx.watch(Label("//tools/python:interpreter.py"))
    rctx.watch(Label("//tools/python:pack.py"))
    _run(rctx, "interpreter", [rctx.path(TREES[rctx.attr.architecture]).dirname, rctx.path("")])
    rctx.file("BUILD.bazel", _INTERPRETERS.format(interpreter = Label("//rules:interpreter.bzl")))

interpreter_repository = repository_rule(
    implementation = _interpreter_repository_impl,
    doc = "The interpreters for one architecture, packed so that they are small to stage and quick to start.",
    attrs = {
        "architecture": attr.string(mandatory = True, doc = "Debian's name of the architecture that they are for."),
    },
)

def _tools_repository_impl(rctx):
    tools = tools_directory(rctx)
    rctx.watch_tree(tools)
    _run(rctx, "archives", [tools.dirname, rctx.path("")])
    rctx.file("BUILD.bazel", 'exports_files(glob(["*.pyz"]))\n')

tools_repository = repository_rule(
    implementation = _tools_repository_impl,
    doc = "The tools that actions run, as archives of bytecode.",
)

def _python_impl(module_ctx):
    for architecture in TREES:
        interpreter_repository(name = "plinth_python_" + architecture, architecture = architecture)
    tools_repository(name = "plinth_tools")
    return module_ctx.extension_metadata(reproducible = True)

python = module_extension(
    implementation = _python_impl,
    doc = "What every action runs.",
)
