"""Programs that tests take from pinned packages of Debian, and start from their unpacked files."""

load("//rules:apt.bzl", "apt_lock")

_PARTS = ["libraries", "loader"]

def debian_program(name, srcs = [], parts = [], programs = ["program"]):
    """The lock of a program, its files for this machine, and the modules that start it, in `//tests/NAME`.

    Of `NAME.yaml`, with its lock, and of `NAME.BUILD`, in which the unpacked files are the targets
    `program`, `libraries`, and `loader`, which starts it. `MODULE.bazel` has the repositories.

    Args:
      name: Name of the program, and of the target of the modules, for `deps` of tests.
      srcs: Modules of this package.
      parts: Further targets of `NAME.BUILD`.
      programs: Targets of `NAME.BUILD` that are programs, if there are several.
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
    for part in _PARTS + programs + parts:
        native.alias(
            name = part,
            actual = select({
                "@platforms//cpu:aarch64": "@plinth_test_{}_arm64//:{}".format(name, part),
                "@platforms//cpu:x86_64": "@plinth_test_{}_amd64//:{}".format(name, part),
            }),
        )

def program_data(name, programs = ["program"]):
    """What a test that starts programs needs at run time.

    Args:
      name: Name of the package in `//tests`.
      programs: Those of its programs that the test starts, if there are several.

    Returns:
      List of labels.
    """
    return ["//tests/{}:{}".format(name, part) for part in _PARTS + programs]

def program_environment(name, programs = []):
    """What `tests.debian_program` reads in the environment of such a test.

    Args:
      name: As of `program_data`.
      programs: As of `program_data`.

    Returns:
      Dict of variables.
    """
    return {
        "{}_{}".format(variable, part).upper(): "$(rlocationpath //tests/{}:{})".format(name, target)
        for variable, program in ([(program, program) for program in programs] or [(name, "program")])
        for part, target in [("loader", "loader"), ("program", program)]
    }
