"""The `image_pull` module extension: digests in, repositories of images out."""

load("//rules/private:extension_metadata.bzl", "extension_metadata")
load("//rules/private:grammar.bzl", "field_problem")
load("//rules/private/pull:pulled_image_repository.bzl", "pulled_image_repository")

visibility("//...")

_image = tag_class(
    doc = "Makes an image of a registry available as `@name`.",
    attrs = {
        "digest": attr.string(mandatory = True, doc = "Digest of the image or, for several platforms, of the index: `sha256:…`. A tag would not do: what it names changes."),
        "image": attr.string(mandatory = True, doc = "Where it is: `HOST/NAME`."),
        "insecure": attr.bool(doc = "Whether plain http will do for a registry that is not on this machine."),
        "name": attr.string(mandatory = True, doc = "Name of the repository, to be named in `use_repo` as well."),
    },
)

def _image_pull_impl(module_ctx):
    seen = {}
    for module in module_ctx.modules:
        for tag in module.tags.image:
            if tag.name in seen:
                fail("image_pull: the name '{}' is used by both '{}' and '{}'; choose another one".format(tag.name, seen[tag.name], module.name))
            seen[tag.name] = module.name
            problem = field_problem("oci_digest", tag.digest, "digest") or field_problem("oci_repository", tag.image, "image")
            if problem or not tag.digest.startswith("sha256:"):
                fail("image_pull: '{}': {}".format(tag.name, problem or "images are pinned by sha256"))
            pulled_image_repository(
                name = tag.name,
                digest = tag.digest,
                image = tag.image,
                insecure = tag.insecure,
                target = tag.name,
            )
    return extension_metadata(module_ctx, tags = lambda module: module.tags.image)

image_pull = module_extension(
    implementation = _image_pull_impl,
    doc = "Images of registries, by digest.",
    tag_classes = {"image": _image},
)
