"""Tests of which wheels run on an image, and which of them is the best."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//rules/private/pypi:tags.bzl", "wheel_rank")  # buildifier: disable=bzl-visibility

def _runs(filename, architecture = "amd64"):
    return wheel_rank(filename, architecture, 13) > 0

def _wheels_that_run_impl(ctx):
    env = unittest.begin(ctx)
    asserts.true(env, _runs("humanize-4.9.0-py3-none-any.whl"))
    asserts.true(env, _runs("six-1.16.0-py2.py3-none-any.whl"))
    asserts.true(env, _runs("psutil-7.0.0-cp36-abi3-manylinux2014_x86_64.manylinux_2_17_x86_64.whl"))
    asserts.true(env, _runs("numpy-2.3.0-cp313-cp313-manylinux_2_28_aarch64.whl", "arm64"))
    return unittest.end(env)

def _wheels_that_do_not_run_impl(ctx):
    env = unittest.begin(ctx)
    asserts.false(env, _runs("numpy-2.3.0-cp313-cp313-manylinux_2_28_aarch64.whl"), "another CPU")
    asserts.false(env, _runs("numpy-2.3.0-cp312-cp312-manylinux_2_28_x86_64.whl"), "another Python")
    asserts.false(env, _runs("numpy-2.3.0-cp313-cp313t-manylinux_2_28_x86_64.whl"), "free threading")
    asserts.false(env, _runs("numpy-2.3.0-cp313-cp313-musllinux_1_2_x86_64.whl"), "another C library")
    asserts.false(env, _runs("numpy-2.3.0-cp313-cp313-win_amd64.whl"), "another system")
    asserts.false(env, _runs("future-1.0-cp314-abi3-manylinux_2_28_x86_64.whl"), "a newer stable ABI")
    asserts.false(env, _runs("future-1.0-py3-none-manylinux_2_99_x86_64.whl"), "a newer C library")
    return unittest.end(env)

def _better_wheels_impl(ctx):
    env = unittest.begin(ctx)
    ranks = [wheel_rank(filename, "amd64", 13) for filename in [
        "x-1-py3-none-any.whl",
        "x-1-cp39-abi3-manylinux_2_17_x86_64.whl",
        "x-1-cp310-abi3-manylinux_2_17_x86_64.whl",
        "x-1-cp313-cp313-manylinux_2_17_x86_64.whl",
        "x-1-cp313-cp313-manylinux_2_28_x86_64.whl",
    ]]
    asserts.equals(env, sorted(ranks), ranks)
    return unittest.end(env)

_wheels_that_run_test = unittest.make(_wheels_that_run_impl)
_wheels_that_do_not_run_test = unittest.make(_wheels_that_do_not_run_impl)
_better_wheels_test = unittest.make(_better_wheels_impl)

def wheel_rank_test_suite(name):
    """All tests of this file.

    Args:
      name: Name of the suite.
    """
    unittest.suite(
        name,
        _wheels_that_run_test,
        _wheels_that_do_not_run_test,
        _better_wheels_test,
    )
