"""Defines the provider that carries several layers under one name."""

load("//rules/private/image:image_info.bzl", "ImageInfo")
load("//rules/private/layer:layer_info.bzl", "LayerInfo")

visibility("//...")

LayersInfo = provider(
    doc = """\
Layers that belong together, lowest first.

Made by `layers`. Every rule that takes a layer also takes such a stack. So two images can share
their lowest layers, and neither is the base of the other.
""",
    fields = {
        "layers": "List of `LayerInfo`, lowest first.",
    },
)

# For attributes that take layers.
LAYER_PROVIDERS = [[LayerInfo], [LayersInfo]]

# For attributes that take what is below layers.
BASE_PROVIDERS = LAYER_PROVIDERS + [[ImageInfo]]

def layers_below(targets):
    """Return the layers below layers.

    Args:
      targets: List of targets with one of `BASE_PROVIDERS`.

    Returns:
      List of structs, lowest first, with `facts`, a File, `packages`, a depset of `PackageInfo`,
      `blobs`, a list of File, and `linked_files`, a depset of the targets of links in `blobs`. The
      layers of a foreign image are one struct with `is_foreign`; only its facts list their
      packages.
    """
    found = []
    for target in targets:
        if ImageInfo in target:
            image = target[ImageInfo]
            if image.foreign_facts:
                found.append(struct(
                    blobs = image.foreign_blobs,
                    facts = image.foreign_facts,
                    is_foreign = True,
                    linked_files = image.linked_files,
                    packages = depset(),
                ))
            found.extend([_below(layer) for layer in image.layers])
        else:
            found.extend([_below(layer) for layer in layers_of([target])])
    return found

def _below(layer):
    return struct(
        blobs = [layer.blob],
        facts = layer.facts,
        is_foreign = False,
        linked_files = depset(),
        packages = layer.packages,
    )

def layers_of(targets):
    """The layers of targets.

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
