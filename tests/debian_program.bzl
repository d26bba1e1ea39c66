"""Programs that tests take from pinned packages of Debian, and start from their unpacked files."""

load("//rules:apt.bzl", "apt_lock")

_PARTS = ["libraries", "loader", "program"]

def debian_program(name, srcs = [], parts = []):
    """The lock of a program, its files for this machine, and the modules that start it, in `//tests/NAME`.

    Of `NAME.yaml`, with its lock, and of `NAME.BUILD`, in which the unpacked files are the targets
    `program`, `libraries`, and `loader`, which starts it. `MODULE.bazel` has the repositories.

    Args:
      name: Name of the program, and of the target of the modules, for `deps` of tests.
      srcs: Modules of this package.
      parts: Further targets of `NAME.BUILD`.
    """
    native.filegroup(
        name = name,
        srcs = srcs + ["//tests:__init__.py", "//tests:debian_program.py"],
    )
    native.exports_files([name + ".BUILD", name + ".lock.json"])
    apt_lock(
        name = name + ".lock",
        lock = name + ".lock.json",
        manifest = name + ".yaml",
    )
    for part in _PARTS + parts:
        native.alias(
            name = part,
            actual = select({
                "@platforms//cpu:aarch64": "@plinth_test_{}_arm64//:{}".format(name, part),
                "@platforms//cpu:x86_64": "@plinth_test_{}_amd64//:{}".format(name, part),
            }),
        )

def program_data(name):
    """What a test that starts the program needs at run time.

    Args:
      name: Name of the program.

    Returns:
      List of labels.
    """
    return ["//tests/{}:{}".format(name, part) for part in _PARTS]

def program_environment(name):
    """What `tests.debian_program` reads in the environment of such a test.

    Args:
      name: Name of the program.

    Returns:
      Dict of variables.
    """
    return {
        "{}_{}".format(name, part).upper(): "$(rlocationpath //tests/{}:{})".format(name, part)
        for part in ("loader", "program")
    }
