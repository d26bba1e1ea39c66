"""Reads a Python program without the files that its rule adds to start it on the build machine."""

load("@rules_python//python:py_info.bzl", "PyInfo")
load("//rules/private/language/python:python_program_info.bzl", "PythonProgramInfo")

visibility("//...")

# A program's own runfiles also have an interpreter, launchers and virtual environments; those of
# its parts do not.
_PARTS = ["srcs", "deps", "data"]

# Rules that divide a program in two: this one holds the other part.
_OTHER_HALF = "venv"

def _targets(ctx, name):
    value = getattr(ctx.rule.attr, name, None) or []
    return value if type(value) == "list" else [value]

def _main(target, ctx):
    given = [file for attribute in _targets(ctx, "main") for file in attribute[DefaultInfo].files.to_list()]
    if given:
        return given[0]
    sources = [file for attribute in _targets(ctx, "srcs") for file in attribute[DefaultInfo].files.to_list()]
    named = [file for file in sources if ("/" + file.short_path).endswith("/{}.py".format(target.label.name))]
    if named:
        return named[0]
    return sources[0] if len(sources) == 1 else None

def _python_program_aspect_impl(target, ctx):
    parts = [part for name in _PARTS for part in _targets(ctx, name)]
    halves = [half[PythonProgramInfo] for half in _targets(ctx, _OTHER_HALF) if PythonProgramInfo in half]
    main = _main(target, ctx)
    sources = [part[DefaultInfo].files for part in parts]
    if PyInfo in target:
        sources.append(target[PyInfo].transitive_sources)
    runfiles = ctx.runfiles(files = [main] if main else [], transitive_files = depset(transitive = sources))
    return [PythonProgramInfo(
        imports = target[PyInfo].imports if PyInfo in target else depset(transitive = [half.imports for half in halves]),
        main = main,
        main_module = getattr(ctx.rule.attr, "main_module", ""),
        runfiles = runfiles.merge_all(
            [part[DefaultInfo].default_runfiles for part in parts] + [half.runfiles for half in halves],
        ),
    )]

python_program_aspect = aspect(
    implementation = _python_program_aspect_impl,
    doc = "Reads a Python program without the files that its rule adds to start it on the build machine.",
    attr_aspects = [_OTHER_HALF],
    provides = [PythonProgramInfo],
)
