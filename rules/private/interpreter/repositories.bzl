"""The repositories of what actions run: the interpreters, and the tools as bytecode.

They are made here, and not by actions, because every build would begin with those actions. Made
once, when they are first asked for, they outlive `bazel clean`. The work is done by the Python of
the same packages, that of the machine at hand; equal input gives equal bytes.
"""

visibility("//...")

# Constants, and no attributes: Bazel would fetch both to make one.
_TREES = {
    "amd64": Label("@plinth_interpreter_amd64//:BUILD.bazel"),
    "arm64": Label("@plinth_interpreter_arm64//:BUILD.bazel"),
}

# What Java calls them.
_HOSTS = {
    "aarch64": "arm64",
    "amd64": "amd64",
    "x86_64": "amd64",
}

def _run_python(rctx, module, arguments):
    """Run a module of //tools/python on the interpreter of this machine, as it was unpacked."""
    host = _HOSTS.get(rctx.os.arch) if rctx.os.name == "linux" else None
    if not host:
        fail("Plinth builds on Linux, on amd64 and arm64, not on {} on {}.\nBuild in a virtual machine or a container that runs Linux.".format(rctx.os.name, rctx.os.arch))
    usr = rctx.path(_TREES[host]).dirname.get_child("usr")
    (libraries,) = [
        directory
        for directory in usr.get_child("lib").readdir(watch = "no")
        if directory.basename.endswith("-linux-gnu")
    ]
    (loader,) = [
        file
        for file in libraries.readdir(watch = "no")
        if file.basename.startswith("ld-linux")
    ]
    done = rctx.execute(
        [loader, "--library-path", libraries, usr.get_child("bin", "python3.13")] +
        # Not -I, under which it would not look for modules in the working directory.
        ["-E", "-s", "-S", "-B", "-m", "tools.python." + module] + arguments,
        working_directory = str(_tools_directory(rctx).dirname),
    )
    if done.return_code:
        fail("tools.python.{} failed:\n{}".format(module, done.stderr))

def _tools_directory(rctx):
    return rctx.path(Label("//tools:BUILD.bazel")).dirname

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
    _run_python(rctx, "interpreter", [rctx.path(_TREES[rctx.attr.architecture]).dirname, rctx.path("")])
    rctx.file("BUILD.bazel", _INTERPRETERS.format(interpreter = Label("//rules:interpreter.bzl")))

interpreter_repository = repository_rule(
    implementation = _interpreter_repository_impl,
    doc = "The interpreters for one architecture, packed so that they are small to stage and quick to start.",
    attrs = {
        "architecture": attr.string(mandatory = True, doc = "Debian's name of the architecture that they are for."),
    },
)

def _tools_repository_impl(rctx):
    tools = _tools_directory(rctx)
    rctx.watch_tree(tools)
    _run_python(rctx, "archives", [tools.dirname, rctx.path("")])
    rctx.file("BUILD.bazel", 'exports_files(glob(["*.pyz"]))\n')

tools_repository = repository_rule(
    implementation = _tools_repository_impl,
    doc = "The tools that actions run, as archives of bytecode.",
)

def _python_impl(module_ctx):
    for architecture in _TREES:
        interpreter_repository(name = "plinth_python_" + architecture, architecture = architecture)
    tools_repository(name = "plinth_tools")
    return module_ctx.extension_metadata(reproducible = True)

python = module_extension(
    implementation = _python_impl,
    doc = "What every action runs.",
)
