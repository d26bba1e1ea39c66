"""The documents of images, for programs to read."""

load("//rules/private:label_name.bzl", "label_name")  # buildifier: disable=bzl-visibility
load("//rules/private/inspect:image_facts.bzl", "IMAGE_PROVIDERS", "images_of")  # buildifier: disable=bzl-visibility

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
            "label": label_name(target.label),
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

image_documents = rule(
    implementation = _image_documents_impl,
    doc = """\
A list of images in JSON, each as `read_image` of tests/base/facts.py takes it.

The paths in it are relative to the workspace's directory in the runfiles.
""",
    attrs = {
        "images": attr.label_list(mandatory = True, providers = IMAGE_PROVIDERS, doc = "Images and indexes."),
    },
)
