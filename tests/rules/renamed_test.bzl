"""Attributes under the names that they had before."""

load("//rules:layer.bzl", "packages_layer", "path_policy")
load("//tests/rules:failure.bzl", "failure_test")

def renamed_test_suite(name):
    """The tests of this file.

    Args:
      name: Name of the suite.
    """
    path_policy(
        name = name + "_policy",
        drop = ["usr/lib/**"],
        tags = ["manual"],
    )
    failure_test(
        name = name + "_drop",
        message = "//tests/rules:{}_policy: `drop` is now `omit`".format(name),
        target_under_test = ":{}_policy".format(name),
    )
    packages_layer(
        name = name + "_layer",
        leave_out = ["perl-base"],
        packages = ["@debian13//libc6"],
        tags = ["manual"],
    )
    failure_test(
        name = name + "_leave_out",
        message = "//tests/rules:{}_layer: `leave_out` is now `omit`".format(name),
        target_under_test = ":{}_layer".format(name),
    )
    native.test_suite(
        name = name,
        tests = [
            name + "_drop",
            name + "_leave_out",
        ],
    )
