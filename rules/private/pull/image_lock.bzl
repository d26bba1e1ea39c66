"""The target that pins images by their digests."""

load("//rules/private/interpreter:program.bzl", "python_program")

visibility("//...")

def image_lock(name, images, lock, insecure = False, **kwargs):
    """A `bazel run` target that asks registries for the digests of tags, and writes them to a lock.

    ```starlark
    image_lock(
        name = "images.lock",
        images = {"base": "registry.example/team/base:1.0"},
        lock = "images.lock.json",
    )
    ```

    ```starlark
    # MODULE.bazel
    pull = use_extension("@rules_plinth//rules:pull.bzl", "image_pull")
    pull.install(lock = "//:images.lock.json")
    use_repo(pull, "base")
    ```

    `bazel run //:images.lock` writes the lock, and prints what has changed. `… -- --update NAME`
    updates only some images. `… -- --check` fails if a tag has changed.

    Args:
      name: Name of the target.
      images: Dict from name, as `use_repo` has it, to `HOST/NAME:TAG`.
      lock: Name of the lock file, in this package.
      insecure: Whether plain http is accepted for registries that are not on this machine.
      **kwargs: Attributes that every rule has.
    """
    package = native.package_name()
    python_program(
        name = name,
        srcs = [Label("//tools:registry_room")],
        arguments = ["lock-images", "--lock", (package + "/" if package else "") + lock] +
                    (["--insecure"] if insecure else []) +
                    ["--image={}={}".format(key, image) for key, image in images.items()],
        module = "tools.registry",
        wheels = [
            Label("@plinth_wheels//" + distribution)
            for distribution in ["certifi", "charset-normalizer", "idna", "requests", "urllib3"]
        ],
        **kwargs
    )
