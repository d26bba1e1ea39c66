"""The target that makes a lock."""

load("//rules/private/interpreter:program.bzl", "python_program")

visibility("//...")

def apt_lock(name, manifest, lock, **kwargs):
    """A `bazel run` target that resolves a manifest and writes its lock.

    ```starlark
    apt_lock(
        name = "debian13.lock",
        manifest = "debian13.yaml",
        lock = "debian13.lock.json",
    )
    ```

    `bazel run //:debian13.lock` resolves and writes. Options come after `--`: `--update PACKAGE`
    updates some packages; `--check` fails if the lock was not made from the manifest; `--verify`
    fails if it differs from what the archives signed; `--explain PACKAGE` shows why a package is in
    it; `--diff OLD` shows what changed; `--help` lists all.

    Args:
      name: Name of the target.
      manifest: The manifest: name of a file of this package, or a label, such as
        `@rules_plinth//base:debian13.yaml`, the packages of Plinth's own base images.
      lock: Name of the lock file, in this package.
      **kwargs: Attributes that every rule has.
    """
    package = native.package_name()
    prefix = package + "/" if package else ""
    is_label = manifest.startswith(("@", "//", ":"))
    python_program(
        name = name,
        srcs = [Label("//tools:all_tools")],
        argument_files = [manifest] if is_label else [],
        arguments = ["--lock", prefix + lock, "--manifest"] + ([] if is_label else [prefix + manifest]),
        data = [Label("//tools/lock:keys")],
        module = "tools.lock",
        wheels = [
            Label("@plinth_wheels//pysequoia"),
            Label("@plinth_wheels//pyyaml"),
        ],
        **kwargs
    )
