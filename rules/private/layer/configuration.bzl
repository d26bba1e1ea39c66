"""Adds the configuration of packages to a layer."""

load("//rules/private:label_name.bzl", "label_name")
load("//rules/private:target_architecture.bzl", "TARGET_ARCHITECTURE", "target_architecture")
load("//rules/private/layer:compression.bzl", "layer_format")
load("//rules/private/layer:fragment.bzl", "make_fragment")

visibility("//...")

# Effects that can be turned off, one by one; tools/configure has a writer for each.
EFFECTS = [
    "accounts",
    "alternatives",
    "apache",
    "certificates",
    "desktop_types",
    "dictd",
    "files",
    "ghostscript",
    "gio_modules",
    "graphviz",
    "input_methods",
    "ld_so_cache",
    "lighttpd",
    "mailcap",
    "mime_types",
    "pam",
    "perl_sax",
    "php",
    "pixbuf_loaders",
    "postfix",
    "schemas",
    "sgml_catalogs",
    "shells",
    "word_lists",
    "xml_catalogs",
]

# For every rule that makes layers of packages.
CONFIGURATION_ATTRS = TARGET_ARCHITECTURE | {
    "effects": attr.string_list(
        default = EFFECTS,
        doc = "Which effects of `apt install`, beyond unpacking, the layer has: " + ", ".join(["`{}`".format(effect) for effect in EFFECTS]) + ". By default all of it. No program of a package is run.",
    ),
}

def _segment_line(part):
    return json.encode({"segment": {"facts": part.facts.path, "segment": part.segment.path}})

def _below_line(layer):
    return json.encode({"below": {"blobs": [blob.path for blob in layer.blobs], "facts": layer.facts.path}})

def make_configuration(ctx, *, name, fragments, below, asked):
    """Register the actions that configure packages.

    Args:
      ctx: The rule context; the rule must have `LAYER_ATTRS` and `CONFIGURATION_ATTRS`.
      name: Name of the output files without extension.
      fragments: List of `FragmentInfo`: of the packages, and other ones of the same layers.
      below: The layers below these, as returned by `layers_below`.
      asked: As of `make_layer`.

    Returns:
      List of `FragmentInfo`: one, or none if all effects are turned off.
    """
    for effect in ctx.attr.effects:
        if effect not in EFFECTS:
            fail("{}: effects: there is no {}. There are: {}".format(label_name(ctx.label), repr(effect), ", ".join(EFFECTS)))
    if not ctx.attr.effects or not fragments:
        return []
    format = layer_format(ctx)
    parts = [
        struct(facts = fragment.facts[format], segment = fragment.segments[format])
        for fragment in fragments
    ]
    files = [part.facts for part in parts] + [part.segment for part in parts]
    files += [layer.facts for layer in below] + [blob for layer in below for blob in layer.blobs]
    return [make_fragment(
        ctx,
        name = name,
        verb = "configuration-fragment",
        formats = [format],
        inputs = depset(files, transitive = [layer.linked_files for layer in below]),
        map_params = [(parts, _segment_line), (below, _below_line)],
        mnemonic = "ConfigurationFragment",
        origin = "the configuration of {}".format(label_name(ctx.label)),
        params = [("architecture", target_architecture(ctx).debian)] +
                 [("asked", package) for package in asked] +
                 [("effect", effect) for effect in ctx.attr.effects],
        progress_message = "Configuring the packages of %{label}",
    )]
