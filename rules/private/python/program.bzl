"""Python programs and tests that run on the pinned interpreter.

`py_binary` and `py_test` start through a script that looks for a Python on the host; these do not.
They serve the tools that people run and Plinth's own tests.
"""

load("//rules/private/pypi:wheel.bzl", "WheelInfo")
load("//rules/private/python:toolchain.bzl", "TOOLCHAIN_TYPE")

# The paths are relative to the runfiles directory. PYTHONPATH is set, never extended: nothing of
# the host's Python gets in.
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

def _program_impl(ctx):
    interpreter = ctx.toolchains[TOOLCHAIN_TYPE].interpreter
    wheels = [target[WheelInfo] for target in ctx.attr.wheels]
    import_paths = {_import_root(ctx, file): None for file in ctx.files.srcs}
    import_paths.update({_runfiles_path(ctx, wheel.site_packages).rpartition("/")[0] + "/site-packages": None for wheel in wheels})
    launcher = ctx.actions.declare_file(ctx.label.name)
    targets = ctx.attr.data + ctx.attr.srcs
    arguments = [
        "\"$runfiles/{}\"".format(_runfiles_path(ctx, file))
        for target in ctx.attr.argument_files
        for file in target[DefaultInfo].files.to_list()
    ]
    ctx.actions.write(
        launcher,
        _LAUNCHER.format(
            arguments = " ".join([_quote(ctx.expand_location(argument, targets)) for argument in ctx.attr.arguments] + arguments),
            environment = "\n".join([
                "export {}={}".format(key, _quote(ctx.expand_location(value, targets)))
                for key, value in ctx.attr.environment.items()
            ]),
            import_paths = " ".join([_quote(path) for path in import_paths]),
            libraries = _runfiles_path(ctx, interpreter.loader).rpartition("/")[0],
            loader = _runfiles_path(ctx, interpreter.loader),
            main = "-m " + ctx.attr.module,
            python = _runfiles_path(ctx, interpreter.python),
        ),
        is_executable = True,
    )
    runfiles = ctx.runfiles(
        files = ctx.files.srcs + ctx.files.data + ctx.files.argument_files,
        transitive_files = depset(transitive = [interpreter.files] + [wheel.files for wheel in wheels]),
    )
    runfiles = runfiles.merge_all([target[DefaultInfo].default_runfiles for target in targets])
    return [DefaultInfo(executable = launcher, runfiles = runfiles)]

_ATTRS = {
    "argument_files": attr.label_list(allow_files = True, doc = "Files whose paths follow `arguments` on the command line."),
    "arguments": attr.string_list(doc = "Arguments before the caller's own. `$(rlocationpath)` is expanded."),
    "data": attr.label_list(allow_files = True, doc = "Files to find at run time."),
    "environment": attr.string_dict(doc = "Environment variables. `$(rlocationpath)` is expanded."),
    "module": attr.string(mandatory = True, doc = "The module to run, as after `python -m`."),
    "srcs": attr.label_list(allow_files = [".py"], doc = "Modules, imported by their path in the repository."),
    "wheels": attr.label_list(providers = [WheelInfo], doc = "Wheels, imported by their own names."),
}

python_program = rule(
    implementation = _program_impl,
    doc = "A Python program on the pinned interpreter.",
    attrs = _ATTRS,
    executable = True,
    toolchains = [TOOLCHAIN_TYPE],
)

python_test = rule(
    implementation = _program_impl,
    doc = "A test on the pinned interpreter.",
    attrs = _ATTRS,
    test = True,
    toolchains = [TOOLCHAIN_TYPE],
)
