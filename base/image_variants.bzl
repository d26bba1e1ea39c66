"""An image in the variants of the catalogue: for root and nonroot, with and without a shell."""

load("//base:catalogue.bzl", "VARIANTS")
load("//rules:check.bzl", "closure_test")
load("//rules:image.bzl", "image", "image_index")
load("//rules:publish.bzl", "image_push")
load("//rules:sbom.bzl", "sbom")

# What a build of everything (`//...`) leaves out, so that you do not download the whole catalogue
# by accident.
ELSEWHERE = ["manual"]

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

def environment(debug, env = {}):
    """The environment of an image.

    Args:
      debug: Whether it has a shell.
      env: What it has beyond that of all images.

    Returns:
      Names to values.
    """
    return {
        "PATH": _PATH + (":/busybox" if debug else ""),
        "SSL_CERT_FILE": "/etc/ssl/certs/ca-certificates.crt",
    } | env

def image_variants(
        name,
        platforms,
        layers,
        env,
        tags,
        debug_layers = [],
        nonroot_layers = [],
        user = "0",
        entrypoint = None,
        allow = {},
        locks = [],
        **kwargs):
    """Defines an image in all variants.

    Makes `:<name>` (root), `_nonroot`, `_debug` (with a shell) and `_debug_nonroot`, for each
    `….index`, the same for all architectures, and `….push`, which publishes that and its `….sbom` as
    Google's images are named (`base-debian13:debug-nonroot`, `…-arm64`).

    Args:
      name: Name of the distribution.
      platforms: Labels of the platforms that there are images for.
      layers: Layers of all variants.
      env: Function from whether there is a shell to the environment.
      tags: Function from a variant to the tags of its image and tests.
      debug_layers: Further layers of the variants with a shell.
      nonroot_layers: Further layers of the variants for nonroot.
      user: Who runs the other variants.
      entrypoint: Entrypoint of the images; debug images without one start the shell.
      allow: Accepted problems, as in `closure_test`: path or glob to the reason.
      locks: Labels of the lock files of its packages.
      **kwargs: Further attributes of the images.
    """

    # What a user of the module gets of this folder, which may have several distributions.
    if not native.existing_rule("distribution"):
        native.filegroup(
            name = "distribution",
            srcs = native.glob(["**"]),
            visibility = ["//base:__pkg__"],
        )

    family = native.package_name().rpartition("/")[2]
    for variant in VARIANTS:
        image(
            name = name + variant.suffix,
            entrypoint = entrypoint or (["/busybox/sh"] if variant.debug else None),
            env = env(variant.debug),
            layers = layers +
                     (nonroot_layers if variant.nonroot else []) +
                     (debug_layers if variant.debug else []),
            tags = tags(variant),
            user = "65532" if variant.nonroot else user,
            visibility = ["//visibility:public"],
            workdir = "/home/nonroot" if variant.nonroot else "/",
            **kwargs
        )
        if not variant.nonroot:
            closure_test(
                name = name + variant.suffix + "_closure_test",
                allow = allow,
                image = ":" + name + variant.suffix,
                tags = tags(variant),
            )
        image_index(
            name = name + variant.suffix + ".index",
            images = [":" + name + variant.suffix],
            platforms = platforms,
            tags = ELSEWHERE,
            visibility = ["//visibility:public"],
        )
        sbom(
            name = name + variant.suffix + ".sbom",
            image = ":" + name + variant.suffix + ".index",
            locks = locks,
            tags = ELSEWHERE,
            visibility = ["//visibility:public"],
        )
        image_push(
            name = name + variant.suffix + ".push",
            architecture_tags = True,
            attachments = [":" + name + variant.suffix + ".sbom"],
            image = ":" + name + variant.suffix + ".index",
            remote_tags = [variant.suffix.strip("_").replace("_", "-") or "latest"],
            repository = "localhost:5000/{}-{}".format(family.replace("_", "-"), name),
            tags = ELSEWHERE,
            visibility = ["//visibility:public"],
        )
        if not variant.nonroot:
            closure_test(
                name = name + variant.suffix + "_index_closure_test",
                allow = allow,
                image = ":{}{}.index".format(name, variant.suffix),
                tags = ELSEWHERE + ["exhaustive"],
            )
