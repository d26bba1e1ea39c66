"""The `image_pull` module extension: digests in, repositories of images out."""

load("//rules/private:extension_metadata.bzl", "extension_metadata")
load("//rules/private:grammar.bzl", "field_problem")
load("//rules/private:hub_names.bzl", "claim_name")
load("//rules/private:label_name.bzl", "label_name")
load("//rules/private/pull:lockfile.bzl", "parse_image_lock")
load("//rules/private/pull:pulled_image_repository.bzl", "pulled_image_repository")

visibility("//...")

_image = tag_class(
    doc = "Makes an image of a registry available as `@name`.",
    attrs = {
        "digest": attr.string(mandatory = True, doc = "Digest of the image or, for several platforms, of the index: `sha256:…`. A tag is not accepted, because its image changes."),
        "image": attr.string(mandatory = True, doc = "Where it is: `HOST/NAME`."),
        "insecure": attr.bool(doc = "Whether plain http is accepted for a registry that is not on this machine."),
        "name": attr.string(mandatory = True, doc = "Name of the repository, to be named in `use_repo` as well."),
    },
)

_install = tag_class(
    doc = "Makes the images of a lock available, under their names in the lock.",
    attrs = {
        "lock": attr.label(mandatory = True, doc = "The lock file, as written by `image_lock`."),
    },
)

def _locked_images(module_ctx, tag):
    """The images of a lock: name, where it is, and its digest."""
    path = module_ctx.path(tag.lock)
    if not path.exists:
        fail("image_pull: {}: there is no such lock file yet. Make it with its `image_lock` target: bazel run //…:….lock".format(label_name(tag.lock)))
    images, problem = parse_image_lock(module_ctx.read(path), label_name(tag.lock))
    if problem:
        fail("image_pull: " + problem)
    return [
        struct(digest = image["digest"], image = image["image"], insecure = image.get("insecure") == True, name = name)
        for name, image in images.items()
    ]

def _image_pull_impl(module_ctx):
    seen = {}
    installed = {}  # label of a lock -> names
    for module in module_ctx.modules:
        images = list(module.tags.image)
        for tag in module.tags.install:
            locked = _locked_images(module_ctx, tag)
            installed[str(tag.lock)] = [image.name for image in locked]
            images += locked
        for tag in images:
            claim_name(seen, "image_pull", tag.name, module.name)
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
    return extension_metadata(
        module_ctx,
        tags = lambda module: module.tags.image + module.tags.install,
        repositories = lambda tag: installed[str(tag.lock)] if hasattr(tag, "lock") else [tag.name],
    )

image_pull = module_extension(
    implementation = _image_pull_impl,
    doc = "Images of registries, by digest.",
    tag_classes = {"image": _image, "install": _install},
)
