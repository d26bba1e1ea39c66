"""Runs tools in repository rules, before there are actions."""

visibility("//...")

# Constants, and no attributes: Bazel would fetch both to make one.
TREES = {
    "amd64": Label("@plinth_interpreter_amd64//:BUILD.bazel"),
    "arm64": Label("@plinth_interpreter_arm64//:BUILD.bazel"),
}

# Java's names of them.
_HOSTS = {
    "aarch64": "arm64",
    "amd64": "amd64",
    "x86_64": "amd64",
}

def tools_directory(rctx):
    """The directory of the tools.

    Args:
      rctx: The repository context.

    Returns:
      A path.
    """
    return rctx.path(Label("//tools:BUILD.bazel")).dirname

def run_python(rctx, module, arguments, *, wheels = [], timeout = 600, said = str):
    """Run a module of //tools on the unpacked interpreter for this machine.

    Args:
      rctx: The repository context.
      module: The module, as after `python -m`.
      arguments: List of paths and strings.
      wheels: What it needs beyond //tools: list of directories of unpacked wheels.
      timeout: Seconds that it may take.
      said: Function from its standard error to the message if it fails.

    Returns:
      Its standard output.
    """
    host = _HOSTS.get(rctx.os.arch) if rctx.os.name == "linux" else None
    if not host:
        fail("Plinth builds on Linux, on amd64 and arm64, not on {} on {}.\nBuild in a virtual machine or a container that runs Linux.".format(rctx.os.name, rctx.os.arch))
    usr = rctx.path(TREES[host]).dirname.get_child("usr")
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
        # Not -I, which excludes modules in the working directory.
        (["-W", "ignore"] if wheels else ["-E"]) + ["-s", "-S", "-B", "-m", module] + arguments,
        environment = {"PYTHONHOME": "", "PYTHONPATH": ":".join(wheels)} if wheels else {},
        timeout = timeout,
        working_directory = str(tools_directory(rctx).dirname),
    )
    if done.return_code:
        fail(said(done.stderr))
    return done.stdout
