"""Several layers under one name."""

load("//rules/private/layer:layers_info.bzl", "LAYER_PROVIDERS", "LayersInfo", "layers_of")

visibility("//...")

def _layers_impl(ctx):
    stack = layers_of(ctx.attr.layers)
    return [
        DefaultInfo(files = depset([layer.blob for layer in stack])),
        LayersInfo(layers = stack),
    ]

layers = rule(
    implementation = _layers_impl,
    doc = "Several layers under one name, to be shared by images.",
    attrs = {
        "layers": attr.label_list(mandatory = True, providers = LAYER_PROVIDERS, doc = "The layers, lowest first."),
    },
    provides = [LayersInfo],
)
