"""Which packages a layer holds, and their fragments."""

load("//rules/private:label_name.bzl", "label_name")
load("//rules/private:renamed.bzl", "refuse_renamed")
load("//rules/private/apt:package_info.bzl", "PackageClosureInfo", "package_facts")
load("//rules/private/layer:compression.bzl", "LAYER_ATTRS", "layer_format")
load("//rules/private/layer:layer.bzl", "make_layer")
load("//rules/private/layer:layers_info.bzl", "BASE_PROVIDERS", "layers_below")
load("//rules/private/layer:package_fragment.bzl", "package_fragment")
load("//rules/private/layer:path_policy.bzl", "PathPolicyInfo")
load("//rules/private/oci:oci_image_aspect.bzl", "IMAGE_ASPECTS")

visibility("//...")

# For every rule that makes layers of packages.
PACKAGES_ATTRS = LAYER_ATTRS | {
    "base": attr.label_list(
        aspects = IMAGE_ASPECTS,
        providers = BASE_PROVIDERS,
        doc = "The layers or the image below, of any tool. Packages that they have are left out, except missing files of those in `packages`, and the configuration includes them.",
    ),
    "leave_out": attr.string_list(doc = "Renamed to `omit`."),
    "omit": attr.string_list(
        doc = "Names of packages to leave out although others depend on them, because no file of this layer needs them.",
    ),
    "packages": attr.label_list(
        mandatory = True,
        providers = [PackageClosureInfo],
        doc = "Packages of an `apt` hub. Their dependencies come along. Of a package that `base` has in part, the rest is taken; of a dependency that is there in part, nothing is.",
    ),
    "path_policy": attr.label(
        providers = [PathPolicyInfo],
        doc = "Which files to take. With the default of the build, all layers share the packages' fragments.",
    ),
}

def select_packages(ctx):
    """The packages asked for and their dependencies, without those that are below.

    Args:
      ctx: The rule context; the rule must have `PACKAGES_ATTRS`.

    Returns:
      Struct of `packages`, a list of `PackageInfo`; `kept`, a list of names: the packages that are
      below in another version than this lock has; `asked`, a list of the names in `packages`; and
      `completed`, a list of `PackageInfo`: those of them that are below, maybe in part.
    """

    refuse_renamed(ctx, {"leave_out": "omit"})

    # A package below stays, even if this lock has another version of it: an image cannot have both.
    below = {
        package.name: package
        for layer in layers_below(ctx.attr.base)
        for package in layer.packages.to_list()
    }
    kept = {}

    # The closure ends in a layer, so only this function flattens it.
    closure = depset(transitive = [target[PackageClosureInfo].packages for target in ctx.attr.packages])
    packages = {}
    for package in closure.to_list():
        if package.name in below:
            if below[package.name].version != package.version:
                kept[package.name] = None
            continue
        if package.name in ctx.attr.omit:
            continue
        other = packages.setdefault(package.name, package)
        if other.sha256 != package.sha256:
            fail("{}: it has two versions of {}: {} and {}. Take all packages of a layer from one lock.".format(label_name(ctx.label), package.name, other.version, package.version))
    asked = {
        package.name: None
        for target in ctx.attr.packages
        for package in target[PackageClosureInfo].named
        if package.name not in ctx.attr.omit
    }
    return struct(
        asked = asked.keys(),
        completed = [below[name] for name in asked if name in below],
        kept = kept.keys(),
        packages = packages.values(),
    )

def fragment_of(ctx, package):
    """The fragment of a package under the path policy of this target.

    Args:
      ctx: The rule context; the rule must have `PACKAGES_ATTRS`.
      package: `PackageInfo`.

    Returns:
      `FragmentInfo`.
    """
    if not ctx.attr.path_policy:
        return package.fragment
    return package_fragment(
        ctx,
        name = "{}_/{}".format(ctx.label.name, package.name),
        deb = package.deb,
        package = package_facts(package),
        path_policy = ctx.attr.path_policy[PathPolicyInfo],
        formats = [layer_format(ctx)],  # no other rule has the fragment
    )

def make_packages_layer(ctx, *, name, packages, fragments, selection, completed = [], siblings = []):
    """Register the action that makes a layer of packages.

    Args:
      ctx: The rule context; the rule must have `PACKAGES_ATTRS`.
      name: Name of the output files without extension.
      packages: List of `PackageInfo`.
      fragments: List of `FragmentInfo`: those of the packages, and others.
      selection: As returned by `select_packages`.
      completed: Those of `selection.completed` whose fragments are in this layer.
      siblings: List of `LayerInfo` of the same target, below this one, whose configuration the
        layer has.

    Returns:
      `LayerInfo`.
    """
    return make_layer(
        ctx,
        name = name,
        asked = selection.asked,
        below = layers_below(ctx.attr.base) + siblings,
        created_by = "apt: " + " ".join(["{}={}".format(package.name, package.version) for package in packages + completed]),
        fragments = fragments,
        kept = selection.kept,
        packages = packages,
    )
