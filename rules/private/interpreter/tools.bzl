"""The tools that Plinth's actions run: archives of bytecode, and their interpreter.

Actions start the interpreter directly, through the dynamic loader that it was built for, with one
archive of bytecode. There is no launcher, no shell and nothing of the host.

Rules find these by labels in the execution configuration, not by a toolchain type: to resolve one,
Bazel loads every toolchain that any module registers, its own for C++ and Java among them, which
costs the build of an image more than all that Plinth does before its first action.
"""

visibility("//...")

InterpreterInfo = provider(
    doc = "A relocatable Python interpreter, for any Linux of its architecture.",
    fields = {
        "files": "Depset of File. Everything that the interpreter needs.",
        "loader": "File. The dynamic loader; starting it with `python` starts Python.",
        "python": "File. The interpreter's program.",
    },
)

ToolsInfo = provider(
    doc = "Tools that actions run.",
    fields = {
        "archive": "File. Modules as bytecode, with a `__main__`.",
        "interpreter": "`InterpreterInfo` of what they run on.",
    },
)

# `exec_compatible_with` of every rule that has some of these attributes.
EXECUTION_CONSTRAINTS = ["@platforms//os:linux"]

# For rules that make layers and images, with `run_tool`.
ACTION_TOOLS = {
    "_tools": attr.label(default = Label("//tools/python:action_tools"), cfg = "exec", providers = [ToolsInfo]),
}

# For rules that test and compare images, with `run_tool`. They are separate from the action tools,
# so that a change to them builds no layer again.
INSPECT_TOOLS = {
    "_tools": attr.label(default = Label("//tools/python:inspect_tools"), cfg = "exec", providers = [ToolsInfo]),
}

# For rules that describe images, with `run_tool`: bills of materials, provenance, reports.
DESCRIBE_TOOLS = {
    "_tools": attr.label(default = Label("//tools/python:describe_tools"), cfg = "exec", providers = [ToolsInfo]),
}

# For rules that make programs and tests, or run programs.
INTERPRETER = {
    "_interpreter": attr.label(default = Label("//rules:interpreter"), cfg = "exec", providers = [InterpreterInfo]),
}

# Hundreds of small actions share a few processes, where the build's strategy allows it.
_REQUIREMENTS = {
    "supports-multiplex-sandboxing": "1",
    "supports-multiplex-workers": "1",
    "supports-path-mapping": "1",
    "supports-workers": "1",
    "worker-key-mnemonic": "Plinth",
}

def interpreter_arguments(interpreter):
    """The command line that starts an interpreter, after the loader itself.

    Args:
      interpreter: `InterpreterInfo`.

    Returns:
      A list of strings and Files.
    """
    return ["--library-path", interpreter.loader.dirname, interpreter.python.path]

def run_tool(ctx, *, params, inputs, outputs, mnemonic, progress_message, wheels = []):
    """Register an action that runs one verb of the tools.

    Args:
      ctx: The rule context; the rule must have a `_tools` with `ToolsInfo`, such as `ACTION_TOOLS`.
      params: `Args` made by `action_params`.
      inputs: List or depset of Files.
      outputs: List of Files.
      mnemonic: Mnemonic of the action.
      progress_message: What Bazel shows while it runs.
      wheels: List of `WheelInfo`. Wheels that the tools import.
    """
    tools = ctx.attr._tools[ToolsInfo]
    command = ctx.actions.args()
    command.add_all("--library-path", [tools.interpreter.loader], map_each = _directory)
    command.add(tools.interpreter.python)
    command.add_all([
        # -I would ignore PYTHONPATH. The other effects of -I are here, and Bazel sets no other
        # variable.
        "-sP" if wheels else "-I",
        "-S",
        tools.archive,
    ])
    ctx.actions.run(
        executable = tools.interpreter.loader,
        arguments = [command, params],
        env = {"PYTHONPATH": ":".join(["{}/site-packages".format(wheel.site_packages.dirname) for wheel in wheels])} if wheels else {},
        inputs = inputs,
        tools = [tools.interpreter.files, depset([tools.archive], transitive = [wheel.files for wheel in wheels])],
        outputs = outputs,
        mnemonic = mnemonic,
        progress_message = progress_message,
        execution_requirements = _REQUIREMENTS,
        toolchain = None,
    )

def action_params(ctx, verb):
    """The parameter file of an action: the verb, and one JSON object with one key per line.

    Args:
      ctx: The rule context.
      verb: The verb; tools/action/program.py lists the verbs, and each verb's module its
      parameters.

    Returns:
      `Args` to be filled with `add_param` or `add_all(…, map_each = …)`.
    """
    params = ctx.actions.args()
    params.set_param_file_format("multiline")
    params.use_param_file("@%s", use_always = True)
    params.add(verb)
    return params

def add_param(params, key, value):
    """Add one parameter.

    Args:
      params: `Args` made by `action_params`.
      key: Name of the parameter.
      value: Anything that JSON can hold; a File, at the top, in a dict or in a list of a dict, becomes its path.
    """
    add_params(params, [(key, value)])

def add_params(params, pairs):
    """Add parameters.

    Args:
      params: `Args` made by `action_params`.
      pairs: List of (key, value), as of `add_param`.
    """

    # Paths are read when the action runs. Bazel may then map them, so that outputs for several
    # configurations are built once (--experimental_output_paths=strip).
    params.add_all(
        [struct(key = key, value = value) for key, value in pairs],
        expand_directories = False,
        map_each = _param_line,
    )

def _param_line(param):
    value = param.value
    if type(value) == "dict":
        value = {
            key: [_path(each) for each in part] if type(part) == "list" else _path(part)
            for key, part in value.items()
        }
    return json.encode({param.key: _path(value)})

def _path(value):
    return value.path if type(value) == "File" else value

def _directory(file):
    return file.dirname
