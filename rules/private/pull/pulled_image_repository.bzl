"""A repository that describes one image of a registry.

    @base//:base             the image for the target platform
    @base//:linux_arm64      the same for a named platform, if its architecture is one of Debian's
    linux_arm64.config.json, linux_arm64.manifest.json, …

It has the image's metadata. Actions pull the layers, and only when a target needs them.
"""

load("//rules/private:build_file.bzl", "call", "load_statement", "public_package")
load("//rules/private:constraint_alias.bzl", "constraint_alias")
load("//rules/private:grammar.bzl", "field_problem", "fields_problem", "shown")
load("//rules/private:refusal.bzl", "refusal")
load("//rules/private/apt:platforms.bzl", "ARCHITECTURES")
load("//rules/private/interpreter:host_python.bzl", "run_python")

visibility("//...")

# Without charset-normalizer: requests needs it only to guess encodings of text.
_WHEELS = [
    Label("@plinth_wheels_certifi_amd64//:BUILD.bazel"),
    Label("@plinth_wheels_idna_amd64//:BUILD.bazel"),
    Label("@plinth_wheels_requests_amd64//:BUILD.bazel"),
    Label("@plinth_wheels_urllib3_amd64//:BUILD.bazel"),
]

def _platform_constraints(platforms):
    """Return the platforms that Bazel can select, each with its constraint; a variant is matched if possible."""
    choices = {}
    for constraint, architecture, variant in ARCHITECTURES.values():
        fitting = [platform for platform in platforms if platform["architecture"] == architecture]
        exact = [platform for platform in fitting if platform["variant"] == variant]
        if exact or len(fitting) == 1:
            choices[constraint] = ":" + (exact or fitting)[0]["name"]
    return choices

def platforms_problem(platforms):
    """Return what is wrong with a registry's description of the platforms of an image.

    Args:
      platforms: List of dicts with `name`, `architecture`, `variant` and `layers`, as `pull-description` prints it.

    Returns:
      A string for people, or None.
    """
    if type(platforms) != "list" or not platforms:
        return "it has no image for any of Debian's architectures"
    for platform in platforms:
        problem = fields_problem({"architecture": "oci_word"}, platform)
        if not problem and platform.get("variant") != "":
            problem = field_problem("oci_variant", platform.get("variant"), "variant")
        if problem:
            return problem
        name = "_".join(["linux", platform["architecture"]] + ([platform["variant"]] if platform.get("variant") else []))
        if platform.get("name") != name:
            return "name = {} should be {}".format(shown(platform.get("name")), shown(name))
        if type(platform.get("layers")) != "dict":
            return "{}: layers should be an object".format(name)
        for digest, size in platform["layers"].items():
            problem = field_problem("oci_digest", digest, "digest") or field_problem("size", size, "size")
            if problem:
                return "{}: a layer's {}".format(name, problem)
    return None

def image_build_file(platforms, *, insecure, repository, target):
    """The BUILD file of an image.

    Args:
      platforms: As `platforms_problem` takes it, checked.
      insecure: Whether plain http is accepted.
      repository: Where the layers are: `HOST/NAME`.
      target: Name of the target that picks the platform.

    Returns:
      Text.
    """
    return load_statement(
        Label("//rules/private/pull:pulled_image.bzl"),
        "pulled_image",
    ) + public_package() + constraint_alias(
        target,
        _platform_constraints(platforms),
        "{} is for {} only".format(repository, ", ".join([platform["name"] for platform in platforms])),
    ) + "".join([
        call(
            "pulled_image",
            name = platform["name"],
            config = platform["name"] + ".config.json",
            descriptor = platform["name"] + ".descriptor.json",
            insecure = insecure,
            layers = {digest: str(size) for digest, size in platform["layers"].items()},
            manifest = platform["name"] + ".manifest.json",
            repository = repository,
        )
        for platform in platforms
    ])

def _pulled_image_repository_impl(rctx):
    repository = rctx.attr.image
    where = "{}@{}".format(repository, rctx.attr.digest)
    described = run_python(
        rctx,
        "tools.registry",
        ["pull-description", "--repository", repository, "--digest", rctx.attr.digest, "--directory", rctx.path(".")] +
        ["--architecture=" + architecture for _, architecture, _ in ARCHITECTURES.values()] +
        (["--insecure"] if rctx.attr.insecure else []),
        # Earlier lines are attempts.
        said = lambda message: "{}: {}".format(where, message.rpartition("error: ")[2]),
        wheels = [str(rctx.path(wheel).dirname) + "/site-packages" for wheel in _WHEELS],
    )
    platforms = json.decode(described, default = None)
    problem = platforms_problem(platforms)
    if problem:
        rctx.file("BUILD.bazel", refusal(rctx.attr.target, "{}: the image cannot be used: {}".format(where, problem)))
        return
    rctx.file("BUILD.bazel", image_build_file(
        platforms,
        insecure = rctx.attr.insecure,
        repository = repository,
        target = rctx.attr.target,
    ))

pulled_image_repository = repository_rule(
    implementation = _pulled_image_repository_impl,
    doc = "Describes one image of a registry.",
    attrs = {
        "digest": attr.string(mandatory = True, doc = "Digest of the image or index."),
        "image": attr.string(mandatory = True, doc = "Repository: `HOST/NAME`."),
        "insecure": attr.bool(doc = "Whether plain http is accepted."),
        "target": attr.string(mandatory = True, doc = "Name of the target that picks the platform."),
    },
    environ = ["DOCKER_CONFIG", "REGISTRY_AUTH_FILE", "SSL_CERT_FILE"],
)
