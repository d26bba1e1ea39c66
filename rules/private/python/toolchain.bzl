"""The toolchain of Plinth's actions: an interpreter and the action tools.

Actions start the interpreter directly, through the dynamic loader that it was built for, and hand
it one archive of bytecode. There is no launcher, no shell and nothing of the host.
"""

TOOLCHAIN_TYPE = Label("//rules:toolchain_type")

InterpreterInfo = provider(
    doc = "A Python interpreter that runs wherever its files are, on any Linux of its architecture.",
    fields = {
        "files": "Depset of File. Everything that the interpreter needs.",
        "loader": "File. The dynamic loader; starting it with `python` starts Python.",
        "python": "File. The interpreter's program.",
    },
)

ActionToolsInfo = provider(
    doc = "What the actions of Plinth's rules run.",
    fields = {
        "interpreter": "`InterpreterInfo` for the execution platform.",
        "tools": "File. The action tools: an archive of bytecode with a `__main__`.",
    },
)

def _action_tools_toolchain_impl(ctx):
    return [platform_common.ToolchainInfo(
        action_tools = ActionToolsInfo(
            interpreter = ctx.attr.interpreter[InterpreterInfo],
            tools = ctx.file.tools,
        ),
    )]

action_tools_toolchain = rule(
    implementation = _action_tools_toolchain_impl,
    doc = "Puts an interpreter and the action tools together.",
    attrs = {
        "interpreter": attr.label(mandatory = True, cfg = "exec", providers = [InterpreterInfo], doc = "The interpreter."),
        "tools": attr.label(mandatory = True, cfg = "exec", allow_single_file = True, doc = "The action tools."),
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

def run_action_tool(ctx, *, verb, params, inputs, outputs, mnemonic, progress_message):
    """Register an action that runs one verb of the action tools.

    Args:
      ctx: The rule context; the rule must ask for `TOOLCHAIN_TYPE`.
      verb: The verb; tools/layer/params.py lists them with their parameters.
      params: `Args` of the verb's parameters, made by `action_params`.
      inputs: List or depset of Files.
      outputs: List of Files.
      mnemonic: Mnemonic of the action.
      progress_message: What Bazel shows while it runs.
    """
    action_tools = ctx.toolchains[TOOLCHAIN_TYPE].action_tools
    interpreter = action_tools.interpreter
    command = ctx.actions.args()
    command.add_all(interpreter_arguments(interpreter))
    command.add_all(["-I", "-S", action_tools.tools, verb])
    ctx.actions.run(
        executable = interpreter.loader,
        arguments = [command, params],
        inputs = inputs,
        tools = [interpreter.files, depset([action_tools.tools])],
        outputs = outputs,
        mnemonic = mnemonic,
        progress_message = progress_message,
        toolchain = TOOLCHAIN_TYPE,
    )

def action_params(ctx):
    """An empty parameter file of an action tool: one JSON object with one key per line.

    Args:
      ctx: The rule context.

    Returns:
      `Args` to be filled with `add_param` or `add_all(…, map_each = …)`.
    """
    params = ctx.actions.args()
    params.set_param_file_format("multiline")
    params.use_param_file("%s", use_always = True)
    return params

def add_param(params, key, value):
    """Add one parameter.

    Args:
      params: `Args` made by `action_params`.
      key: Name of the parameter.
      value: Anything that JSON can hold; a File stands for its path.
    """
    params.add(json.encode({key: value.path if type(value) == "File" else value}))
