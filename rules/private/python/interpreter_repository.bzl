"""The repository that holds the interpreter of the build for one architecture.

It is packed here, and not by an action, because every build begins with it: fetched once, it
outlives `bazel clean`. Packing runs a Python of the same packages, that of the machine at hand.
"""

visibility("//...")

# Constants, and no attributes: Bazel would fetch both to make one.
_TREES = {
    "amd64": Label("@plinth_interpreter_amd64//:BUILD.bazel"),
    "arm64": Label("@plinth_interpreter_arm64//:BUILD.bazel"),
}

_MODULES = [
    Label("//tools/python:interpreter.py"),
    Label("//tools/python:pack.py"),
]

# What Java calls them.
_HOSTS = {
    "aarch64": "arm64",
    "amd64": "amd64",
    "x86_64": "amd64",
}

_BUILD = """\
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
    host = _HOSTS.get(rctx.os.arch) if rctx.os.name == "linux" else None
    if not host:
        fail("Plinth builds on Linux, on amd64 and arm64, not on {} on {}.\nBuild in a virtual machine or a container that runs Linux.".format(rctx.os.name, rctx.os.arch))
    for module in _MODULES:
        rctx.watch(module)
    python = rctx.path(_TREES[host]).dirname.get_child("usr")
    libraries = [
        directory
        for directory in python.get_child("lib").readdir(watch = "no")
        if directory.basename.endswith("-linux-gnu")
    ][0]
    loader = [
        file
        for file in libraries.readdir(watch = "no")
        if file.basename.startswith("ld-linux")
    ][0]
    done = rctx.execute(
        [loader, "--library-path", libraries, python.get_child("bin", "python3.13")] +
        # Not -I, under which it would not look for modules in the working directory.
        ["-E", "-s", "-S", "-B", "-m", "tools.python.interpreter", rctx.path(_TREES[rctx.attr.architecture]).dirname, rctx.path("")],
        working_directory = str(rctx.path(Label("//:MODULE.bazel")).dirname),
    )
    if done.return_code:
        fail("packing the Python interpreter failed:\n" + done.stderr)
    rctx.file("BUILD.bazel", _BUILD.format(interpreter = Label("//rules:interpreter.bzl")))

interpreter_repository = repository_rule(
    implementation = _interpreter_repository_impl,
    doc = "Packs the interpreter of the build.",
    attrs = {
        "architecture": attr.string(mandatory = True, doc = "Debian's name of the architecture that it is for."),
    },
)

def _interpreter_impl(module_ctx):
    for architecture in _TREES:
        interpreter_repository(name = "plinth_python_" + architecture, architecture = architecture)
    return module_ctx.extension_metadata(reproducible = True)

interpreter = module_extension(
    implementation = _interpreter_impl,
    doc = "The interpreter that every action and tool runs on.",
)
