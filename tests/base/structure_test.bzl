"""The test of what the images of one family hold."""

load("//base:catalogue.bzl", "VARIANTS")
load("//rules/private/inspect:image_facts.bzl", "IMAGE_PROVIDERS", "images_of")  # buildifier: disable=bzl-visibility
load("//tests:pytest.bzl", "pytest_test")

def _image_documents_impl(ctx):
    # Images of several platforms have files of one name, which runfiles cannot hold: they get new ones.
    links = {}

    def link(file):
        if file not in links:
            links[file] = ctx.actions.declare_file("{}_/{}.json".format(ctx.label.name, len(links)))
            ctx.actions.symlink(output = links[file], target_file = file)
        return links[file].short_path

    listing = ctx.actions.declare_file(ctx.label.name + ".json")
    ctx.actions.write(listing, json.encode([
        {
            "config": link(image.config),
            "label": target.label.name.removesuffix(".index"),
            "layers": [link(layer.facts) for layer in image.layers],
            "manifest": link(image.manifest),
        }
        for target in ctx.attr.images
        for image in images_of(target)
    ]))
    return [DefaultInfo(
        files = depset([listing]),
        runfiles = ctx.runfiles(files = links.values()),
    )]

_image_documents = rule(
    implementation = _image_documents_impl,
    doc = "A list of images, as `read_image` takes them, with the files that it names.",
    attrs = {
        "images": attr.label_list(mandatory = True, providers = IMAGE_PROVIDERS, doc = "Images and indexes."),
    },
)

def structure_test(name, family, distribution, all_architectures = False, tags = None):
    """A test of all variants of a family on one distribution.

    Args:
      name: Name of the target.
      family: Name of the family.
      distribution: Name of the distribution.
      all_architectures: Whether to take the images of all architectures rather than of this machine's.
      tags: Tags; if not given, a test of all architectures is run only when it is asked for.
    """
    if tags == None:
        tags = ["exhaustive", "manual"] if all_architectures else []
    _image_documents(
        name = name + "_images",
        testonly = True,
        images = [
            "//base/{}:{}{}{}".format(family, distribution, variant.suffix, ".index" if all_architectures else "")
            for variant in VARIANTS
        ],
        tags = tags,
    )
    pytest_test(
        name = name,
        srcs = ["structure_test.py"],
        data = [
            "//base:{}.lock.json".format(distribution),
            ":{}_images".format(name),
        ],
        environment = {
            "ALL_ARCHITECTURES": "1" if all_architectures else "",
            "DISTRIBUTION": distribution,
            "FAMILY": family,
            "IMAGES": "$(rlocationpath :{}_images)".format(name),
        },
        tags = tags,
        deps = ["expectations.py"],
    )
