"""Tests of the grouping of packages that depend on one another."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//rules/private/apt:cycles.bzl", "cycle_members")  # buildifier: disable=bzl-visibility

def _a_package_alone_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, {"a": ["a"], "b": ["b"]}, cycle_members({"a": ["b"], "b": []}))
    return unittest.end(env)

def _libc_and_libgcc_impl(ctx):
    env = unittest.begin(ctx)
    members = cycle_members({
        "bash": ["libc6"],
        "gcc-14-base": [],
        "libc6": ["libgcc-s1"],
        "libgcc-s1": ["gcc-14-base", "libc6"],
    })
    asserts.equals(env, ["libc6", "libgcc-s1"], members["libc6"])
    asserts.equals(env, ["libc6", "libgcc-s1"], members["libgcc-s1"])
    asserts.equals(env, ["bash"], members["bash"])
    asserts.equals(env, ["gcc-14-base"], members["gcc-14-base"])
    return unittest.end(env)

def _cycles_that_share_a_package_impl(ctx):
    env = unittest.begin(ctx)
    members = cycle_members({"a": ["b"], "b": ["a", "c"], "c": ["d"], "d": ["b", "e"], "e": []})
    asserts.equals(env, ["a", "b", "c", "d"], members["d"])
    asserts.equals(env, ["e"], members["e"])
    return unittest.end(env)

def _a_package_that_depends_on_itself_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, {"a": ["a"]}, cycle_members({"a": ["a"]}))
    return unittest.end(env)

def _a_long_chain_impl(ctx):
    env = unittest.begin(ctx)
    graph = {str(number): [str(number + 1)] for number in range(1000)}
    graph["1000"] = ["0"]
    asserts.equals(env, 1001, len(cycle_members(graph)["500"]))
    return unittest.end(env)

_a_package_alone_test = unittest.make(_a_package_alone_impl)
_libc_and_libgcc_test = unittest.make(_libc_and_libgcc_impl)
_cycles_that_share_a_package_test = unittest.make(_cycles_that_share_a_package_impl)
_a_package_that_depends_on_itself_test = unittest.make(_a_package_that_depends_on_itself_impl)
_a_long_chain_test = unittest.make(_a_long_chain_impl)

def cycles_test_suite(name):
    """All tests of this file.

    Args:
      name: Name of the suite.
    """
    unittest.suite(
        name,
        _a_package_alone_test,
        _libc_and_libgcc_test,
        _cycles_that_share_a_package_test,
        _a_package_that_depends_on_itself_test,
        _a_long_chain_test,
    )
