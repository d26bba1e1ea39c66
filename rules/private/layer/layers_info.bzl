"""Defines the provider that carries several layers under one name."""

load("//rules/private/layer:layer_info.bzl", "LayerInfo")

visibility("//...")

LayersInfo = provider(
    doc = """\
Layers that belong together, lowest first.

Made by `layers`; wherever a rule takes a layer it takes such a stack as well. This is how images
share what lies at their bottom without one being the base of the other.
""",
    fields = {
        "layers": "List of `LayerInfo`, lowest first.",
    },
)

# For attributes that take layers.
LAYER_PROVIDERS = [[LayerInfo], [LayersInfo]]

def layers_of(targets):
    """The layers that targets stand for.

    Args:
      targets: List of targets with one of `LAYER_PROVIDERS`.

    Returns:
      List of `LayerInfo`, lowest first.
    """
    found = []
    for target in targets:
        if LayersInfo in target:
            found.extend(target[LayersInfo].layers)
        else:
            found.append(target[LayerInfo])
    return found
