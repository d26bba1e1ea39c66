"""Python programs and tests that run on the pinned interpreter.

`py_binary` and `py_test` start through a script that looks for a Python on the host; these do not.
They are for the tools that people run and for Plinth's own tests.
"""

load("//rules/private/interpreter:bytecode.bzl", "PythonModulesInfo")
load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS", "INTERPRETER", "InterpreterInfo", "interpreter_arguments")
load("//rules/private/pypi:wheel_info.bzl", "WheelInfo")

visibility("//...")

# The paths are relative to the runfiles directory. PYTHONPATH is set, never extended, so that no
# module of the host's Python is found.
_LAUNCHER = """\
#!/bin/sh
set -eu
case "$0" in /*) self="$0" ;; *) self="$PWD/$0" ;; esac
runfiles="${{RUNFILES_DIR:-${{TEST_SRCDIR:-$self.runfiles}}}}"
export RUNFILES_DIR="$runfiles"
path=""
for directory in {import_paths}; do
    path="$path${{path:+:}}$runfiles/$directory"
done
{environment}
unset PYTHONHOME
export PYTHONPATH="$path" PYTHONDONTWRITEBYTECODE=1 PYTHONNOUSERSITE=1
exec "$runfiles/{loader}" --library-path "$runfiles/{libraries}" "$runfiles/{python}" -S -P {main} {arguments} "$@"
"""

def _runfiles_path(ctx, file):
    if file.short_path.startswith("../"):
        return file.short_path.removeprefix("../")
    return ctx.workspace_name + "/" + file.short_path

def _import_root(ctx, file):
    # Modules are imported by their path in their repository: tools.lock, tools.debian, …
    return _runfiles_path(ctx, file).partition("/")[0]

def _quote(text):
    return "'" + text.replace("'", "'\\''") + "'"

def bytecode_of(targets):
    """The bytecode of modules.

    Args:
      targets: List of targets, some with `PythonModulesInfo`.

    Returns:
      Depset of File.
    """
    return depset(transitive = [target[PythonModulesInfo].bytecode for target in targets if PythonModulesInfo in target])

def make_program(ctx, *, module, srcs, wheels, arguments = [], argument_files = [], environment = {}, files = [], bytecode = depset()):
    """Make the launcher and runfiles of a target that is a Python program.

    Args:
      ctx: The rule context; the rule must be executable and have `INTERPRETER`.
      module: The module to run, as after `python -m`.
      srcs: List of Files. Modules, imported by their path in their repository.
      wheels: List of `WheelInfo`.
      arguments: List of strings. Arguments before the caller's own.
      argument_files: List of Files whose paths follow `arguments`.
      environment: Dict of environment variables.
      files: List of Files to find at run time.
      bytecode: Depset of Files. Bytecode of modules.

    Returns:
      Struct of `executable` and `runfiles`, for the rule's `DefaultInfo`.
    """
    interpreter = ctx.attr._interpreter[InterpreterInfo]
    import_paths = {_import_root(ctx, file): None for file in srcs}
    import_paths.update({_runfiles_path(ctx, wheel.site_packages).rpartition("/")[0] + "/site-packages": None for wheel in wheels})
    launcher = ctx.actions.declare_file(ctx.label.name)
    words = [_quote(argument) for argument in arguments]
    words += ["\"$runfiles/{}\"".format(_runfiles_path(ctx, file)) for file in argument_files]
    ctx.actions.write(
        launcher,
        _LAUNCHER.format(
            arguments = " ".join(words),
            environment = "\n".join(["export {}={}".format(key, _quote(value)) for key, value in environment.items()]),
            import_paths = " ".join([_quote(path) for path in import_paths]),
            libraries = _runfiles_path(ctx, interpreter.loader).rpartition("/")[0],
            loader = _runfiles_path(ctx, interpreter.loader),
            main = "-m " + module,
            python = _runfiles_path(ctx, interpreter.python),
        ),
        is_executable = True,
    )
    return struct(
        executable = launcher,
        runfiles = ctx.runfiles(
            files = srcs + argument_files + files,
            transitive_files = depset(transitive = [interpreter.files, bytecode] + [
                files
                for wheel in wheels
                for files in (wheel.files, wheel.bytecode)
            ]),
        ),
    )

def run_program(ctx, *, module, srcs, wheels, arguments, outputs, mnemonic, progress_message, inputs = [], execution_requirements = {}):
    """Register an action that runs a Python program outside of the action tools.

    Args:
      ctx: The rule context; the rule must have `INTERPRETER`.
      module: The module to run, as after `python -m`.
      srcs: List of source Files. Modules, imported by their path in their repository.
      wheels: List of `WheelInfo`.
      arguments: List of strings.
      outputs: List of Files.
      mnemonic: Mnemonic of the action.
      progress_message: What Bazel shows while it runs.
      inputs: List of further Files to read.
      execution_requirements: Dict. What it needs of an executor.
    """
    interpreter = ctx.attr._interpreter[InterpreterInfo]
    import_paths = {file.owner.workspace_root or ".": None for file in srcs}
    import_paths.update({wheel.site_packages.dirname + "/site-packages": None for wheel in wheels})
    ctx.actions.run(
        executable = interpreter.loader,
        arguments = interpreter_arguments(interpreter) + ["-S", "-P", "-m", module] + arguments,
        env = {
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": ":".join(import_paths.keys()),
        },
        inputs = depset(srcs + inputs, transitive = [wheel.files for wheel in wheels]),
        tools = [interpreter.files],
        outputs = outputs,
        mnemonic = mnemonic,
        progress_message = progress_message,
        execution_requirements = execution_requirements,
        # A proxy, the path of docker's configuration: what --action_env passes.
        use_default_shell_env = True,
        toolchain = None,
    )

def _program_impl(ctx):
    targets = ctx.attr.data + ctx.attr.srcs
    program = make_program(
        ctx,
        argument_files = ctx.files.argument_files,
        bytecode = bytecode_of(ctx.attr.srcs),
        arguments = [ctx.expand_location(argument, targets) for argument in ctx.attr.arguments],
        environment = {key: ctx.expand_location(value, targets) for key, value in ctx.attr.environment.items()},
        files = ctx.files.data,
        module = ctx.attr.module,
        srcs = ctx.files.srcs,
        wheels = [target[WheelInfo] for target in ctx.attr.wheels],
    )
    return [DefaultInfo(
        executable = program.executable,
        # As Bazel's own rules do: data may have more for those that run it, such as the layout of an image.
        runfiles = program.runfiles.merge_all(
            [target[DefaultInfo].data_runfiles for target in ctx.attr.data] +
            [target[DefaultInfo].default_runfiles for target in ctx.attr.srcs],
        ),
    )]

# They run on the build machine's interpreter, so their imports are for that machine, too.
_ATTRS = INTERPRETER | {
    "argument_files": attr.label_list(allow_files = True, doc = "Files whose paths follow `arguments` on the command line."),
    "arguments": attr.string_list(doc = "Arguments before the caller's own. `$(rlocationpath)` is expanded."),
    "data": attr.label_list(allow_files = True, doc = "Files to find at run time."),
    "environment": attr.string_dict(doc = "Environment variables. `$(rlocationpath)` is expanded."),
    "module": attr.string(mandatory = True, doc = "The module to run, as after `python -m`."),
    "srcs": attr.label_list(allow_files = [".py"], cfg = "exec", doc = "Modules, or `python_modules`, imported by their path in the repository."),
    "wheels": attr.label_list(cfg = "exec", providers = [WheelInfo], doc = "Wheels, imported by their own names."),
}

python_program = rule(
    implementation = _program_impl,
    doc = "A Python program on the pinned interpreter.",
    attrs = _ATTRS,
    executable = True,
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)

python_test = rule(
    implementation = _program_impl,
    doc = "A test on the pinned interpreter.",
    attrs = _ATTRS,
    test = True,
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
