"""The toolchain of Plinth's actions: an interpreter and the action tools.

Actions start the interpreter directly, through the dynamic loader that it was built for, and hand
it one archive of bytecode. There is no launcher, no shell and nothing of the host.
"""

visibility("//...")

TOOLCHAIN_TYPE = Label("//rules:toolchain_type")

# Hundreds of small actions share a few processes, where the build's strategy allows it.
_REQUIREMENTS = {
    "requires-worker-protocol": "json",
    "supports-path-mapping": "1",
    "supports-workers": "1",
    "worker-key-mnemonic": "Plinth",
}

InterpreterInfo = provider(
    doc = "A Python interpreter that runs wherever its files are, on any Linux of its architecture.",
    fields = {
        "files": "Depset of File. Everything that the interpreter needs.",
        "loader": "File. The dynamic loader; starting it with `python` starts Python.",
        "python": "File. The interpreter's program.",
    },
)

def _tools_toolchain_impl(ctx):
    return [platform_common.ToolchainInfo(
        action_interpreter = ctx.attr.action_interpreter[InterpreterInfo],
        action_tools = ctx.file.action_tools,
        inspect_tools = ctx.file.inspect_tools,
        interpreter = ctx.attr.interpreter[InterpreterInfo],
    )]

tools_toolchain = rule(
    implementation = _tools_toolchain_impl,
    doc = "What Plinth's actions and programs run on.",
    attrs = {
        "action_interpreter": attr.label(
            mandatory = True,
            cfg = "exec",
            providers = [InterpreterInfo],
            doc = "The interpreter of actions. Nothing but what `action_tools` import, because every action stages it.",
        ),
        "action_tools": attr.label(
            mandatory = True,
            cfg = "exec",
            allow_single_file = True,
            doc = "What actions run: an archive of bytecode with a `__main__`.",
        ),
        "inspect_tools": attr.label(
            mandatory = True,
            cfg = "exec",
            allow_single_file = True,
            doc = "What judges and compares images: an archive of bytecode with a `__main__`, for `interpreter`.",
        ),
        "interpreter": attr.label(
            mandatory = True,
            cfg = "exec",
            providers = [InterpreterInfo],
            doc = "The interpreter of programs and tests, with the whole standard library.",
        ),
    },
)

def interpreter_arguments(interpreter):
    """The command line that starts an interpreter, after the loader itself.

    Args:
      interpreter: `InterpreterInfo`.

    Returns:
      A list of strings and Files.
    """
    return ["--library-path", interpreter.loader.dirname, interpreter.python.path]

def run_action_tool(ctx, *, params, inputs, outputs, mnemonic, progress_message):
    """Register an action that runs one verb of the action tools.

    Args:
      ctx: The rule context; the rule must ask for `TOOLCHAIN_TYPE`.
      params: `Args` made by `action_params`.
      inputs: List or depset of Files.
      outputs: List of Files.
      mnemonic: Mnemonic of the action.
      progress_message: What Bazel shows while it runs.
    """
    toolchain = ctx.toolchains[TOOLCHAIN_TYPE]
    _run_archive(
        ctx,
        toolchain.action_interpreter,
        toolchain.action_tools,
        params = params,
        inputs = inputs,
        outputs = outputs,
        mnemonic = mnemonic,
        progress_message = progress_message,
    )

def run_inspect_tool(ctx, *, params, inputs, outputs, mnemonic, progress_message):
    """Register an action that runs one verb of the tools that judge and compare images.

    They are not among the action tools, so that a change to them builds no layer again.

    Args:
      ctx: The rule context; the rule must ask for `TOOLCHAIN_TYPE`.
      params: `Args` made by `action_params`.
      inputs: List or depset of Files.
      outputs: List of Files.
      mnemonic: Mnemonic of the action.
      progress_message: What Bazel shows while it runs.
    """
    toolchain = ctx.toolchains[TOOLCHAIN_TYPE]
    _run_archive(
        ctx,
        toolchain.interpreter,
        toolchain.inspect_tools,
        params = params,
        inputs = inputs,
        outputs = outputs,
        mnemonic = mnemonic,
        progress_message = progress_message,
    )

def _run_archive(ctx, interpreter, archive, *, params, inputs, outputs, mnemonic, progress_message):
    command = ctx.actions.args()
    command.add_all("--library-path", [interpreter.loader], map_each = _directory)
    command.add(interpreter.python)
    command.add_all(["-I", "-S", archive])
    ctx.actions.run(
        executable = interpreter.loader,
        arguments = [command, params],
        inputs = inputs,
        tools = [interpreter.files, depset([archive])],
        outputs = outputs,
        mnemonic = mnemonic,
        progress_message = progress_message,
        execution_requirements = _REQUIREMENTS,
        toolchain = TOOLCHAIN_TYPE,
    )

def action_params(ctx, verb):
    """The parameter file of an action: the verb, and one JSON object with one key per line.

    Args:
      ctx: The rule context.
      verb: What to do; tools/layer/params.py lists the verbs and their parameters.

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
      value: Anything that JSON can hold; a File, at the top or in a dict, stands for its path.
    """

    # Paths are asked for when the action runs: Bazel may then map them, so that what is built for
    # several configurations is built once (--experimental_output_paths=strip).
    params.add_all(
        [struct(key = key, value = value)],
        expand_directories = False,
        map_each = _param_line,
    )

def _param_line(param):
    value = param.value
    if type(value) == "dict":
        value = {key: _path(part) for key, part in value.items()}
    return json.encode({param.key: _path(value)})

def _path(value):
    return value.path if type(value) == "File" else value

def _directory(file):
    return file.dirname
