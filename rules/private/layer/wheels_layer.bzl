"""A layer of Python wheels."""

load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS")
load("//rules/private/layer:compression.bzl", "LAYER_ATTRS")
load("//rules/private/layer:fragment.bzl", "make_fragment")
load("//rules/private/layer:layer.bzl", "layer_providers", "make_layer")
load("//rules/private/layer:layer_info.bzl", "LayerInfo")
load("//rules/private/pypi:wheel.bzl", "WheelInfo")

visibility("//...")

def _wheels_layer_impl(ctx):
    wheels = sorted([target[WheelInfo] for target in ctx.attr.wheels], key = lambda wheel: wheel.distribution)
    fragments = [
        make_fragment(
            ctx,
            name = "{}_/{}".format(ctx.label.name, wheel.distribution),
            verb = "wheel-fragment",
            params = [("wheel", wheel.wheel), ("prefix", ctx.attr.directory.strip("/"))],
            inputs = [wheel.wheel],
            mnemonic = "WheelFragment",
            progress_message = "Unpacking wheel {} {}".format(wheel.distribution, wheel.version),
            origin = wheel.distribution,
        )
        for wheel in wheels
    ]
    return layer_providers(make_layer(
        ctx,
        name = ctx.label.name,
        created_by = "pypi: " + " ".join(["{}=={}".format(wheel.distribution, wheel.version) for wheel in wheels]),
        fragments = fragments,
    ))

wheels_layer = rule(
    implementation = _wheels_layer_impl,
    doc = """\
A layer of Python wheels, unpacked as an installer would (PEP 427).

```starlark
wheels_layer(
    name = "dependencies",
    wheels = ["@wheels//psutil", "@wheels//click"],
)
```
""",
    attrs = LAYER_ATTRS | {
        "directory": attr.string(
            default = "/usr/local/lib/python3.13/dist-packages",
            doc = "Where the wheels go. The default is on the path of Debian 13's Python.",
        ),
        "wheels": attr.label_list(mandatory = True, providers = [WheelInfo], doc = "Wheels of a `pypi` hub."),
    },
    provides = [LayerInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
