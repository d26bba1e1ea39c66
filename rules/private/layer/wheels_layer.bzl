"""A layer of Python wheels."""

load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS")
load("//rules/private/layer:compression.bzl", "LAYER_ATTRS", "layer_format")
load("//rules/private/layer:layer.bzl", "layer_providers", "make_layer")
load("//rules/private/layer:layer_info.bzl", "LayerInfo")
load("//rules/private/layer:path_policy.bzl", "PathPolicyInfo")
load("//rules/private/layer:wheel_fragment.bzl", "wheel_fragment")
load("//rules/private/pypi:wheel_info.bzl", "WheelClosureInfo", "closure_of_wheels")

visibility("//...")

def _fragment(ctx, wheel):
    """Return the fragment of a wheel: the shared one, unless this layer has other settings."""
    if not (ctx.attr.directory or ctx.attr.interpreter or ctx.attr.path_policy):
        return wheel.fragment
    return wheel_fragment(
        ctx,
        name = "{}_/{}".format(ctx.label.name, wheel.distribution),
        directory = ctx.attr.directory,
        distribution = wheel.distribution,
        formats = [layer_format(ctx)],  # no other rule has the fragment
        interpreter = ctx.attr.interpreter,
        path_policy = ctx.attr.path_policy[PathPolicyInfo] if ctx.attr.path_policy else None,
        python = wheel.python,
        version = wheel.version,
        wheel = wheel.wheel,
    )

def _wheels_layer_impl(ctx):
    wheels = closure_of_wheels(ctx.label, ctx.attr.wheels)
    return layer_providers(make_layer(
        ctx,
        name = ctx.label.name,
        created_by = "pypi: " + " ".join(["{}=={}".format(wheel.distribution, wheel.version) for wheel in wheels]),
        fragments = [_fragment(ctx, wheel) for wheel in wheels],
    ))

wheels_layer = rule(
    implementation = _wheels_layer_impl,
    doc = """\
A layer of Python wheels and everything that they need, in the layout of pip on Debian.

```starlark
wheels_layer(
    name = "dependencies",
    wheels = ["@wheels//fastapi", "@wheels//uvicorn"],
)
```

Modules go to `/usr/local/lib/pythonX.Y/dist-packages`, where X.Y is the version of the hub.
Programs (entry points such as `gunicorn`, and scripts) go to `/usr/local/bin`, with the image's
interpreter. The metadata of a wheel names what it needs. `@wheels//:all` is everything that the
file pins.
""",
    attrs = LAYER_ATTRS | {
        "directory": attr.string(doc = """\
Where the modules go. The default is the directory of Debian's Python of the wheels' version.
Programs, data
and headers go where pip puts them: below `PREFIX` for `PREFIX/lib/pythonX.Y/site-packages`, below the
directory itself for any other."""),
        "interpreter": attr.string(doc = "Path in the image of the Python that starts programs. The default is `/usr/bin/pythonX.Y`."),
        "path_policy": attr.label(providers = [PathPolicyInfo], doc = "Which files to leave out. It sees paths in the image. The wheels are then unpacked only for this layer."),
        "wheels": attr.label_list(mandatory = True, providers = [WheelClosureInfo], doc = "Wheels of a `pypi` hub. What they need comes along."),
    },
    provides = [LayerInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
