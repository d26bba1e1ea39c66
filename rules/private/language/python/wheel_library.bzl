"""A wheel as a dependency of Python rules."""

load("@rules_python//python:py_info.bzl", "PyInfo")
load("//rules/private/layer:runfiles.bzl", "runfiles_path")
load("//rules/private/pypi:wheel_info.bzl", "WheelClosureInfo", "closure_of_wheels")

visibility("//...")

def _wheel_library_impl(ctx):
    wheels = closure_of_wheels(ctx.label, ctx.attr.wheels)
    files = depset(transitive = [wheel.files for wheel in wheels])
    return [
        DefaultInfo(files = files, runfiles = ctx.runfiles(transitive_files = files)),
        PyInfo(
            imports = depset([
                runfiles_path(wheel.site_packages, ctx.workspace_name).rpartition("/")[0] + "/site-packages"
                for wheel in wheels
            ]),
            transitive_sources = files,
        ),
    ]

wheel_library = rule(
    implementation = _wheel_library_impl,
    doc = """\
Wheels of a `pypi` hub as a dependency of `py_binary`, `py_library` and `py_test`.

```starlark
wheel_library(
    name = "dependencies",
    wheels = ["@wheels//flask"],
)
```

The wheels are those for the target platform. Their metadata names what they need, and that comes
along.
""",
    attrs = {
        "wheels": attr.label_list(mandatory = True, providers = [WheelClosureInfo], doc = "Wheels of a `pypi` hub. What they need comes along."),
    },
    provides = [PyInfo],
)
