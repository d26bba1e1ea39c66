"""Tests of how a Python program is split."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//rules/private/language/python:extension_modules.bzl", "foreign_extension_module")  # buildifier: disable=bzl-visibility
load("//rules/private/language/python:launcher.bzl", "import_directories")  # buildifier: disable=bzl-visibility
load("//rules/private/language/python:parts.bzl", "plan_parts")  # buildifier: disable=bzl-visibility
load("//tests/rules:failure.bzl", "failure_test")

def _plan_impl(ctx):
    env = unittest.begin(ctx)
    parts = {name: struct(files = range(count)) for name, count in {"c": 1, "a": 5, "b": 900, "d": 5}.items()}
    asserts.equals(env, [["a", "b", "c", "d"]], plan_parts(parts, 1))
    asserts.equals(env, [["b"], ["a", "c", "d"]], plan_parts(parts, 2), "what has most files is alone")
    asserts.equals(env, [["b"], ["a"], ["c", "d"]], plan_parts(parts, 3), "ties are broken by name")
    asserts.equals(env, [["b"], ["a"], ["d"], ["c"]], plan_parts(parts, 9))
    asserts.equals(env, [], plan_parts({}, 3))
    return unittest.end(env)

def _extension_modules_impl(ctx):
    env = unittest.begin(ctx)

    def foreign(*paths, python = "3.13", architecture = "amd64"):
        return foreign_extension_module(paths, python, architecture)

    here = "p/_speedups.cpython-313-x86_64-linux-gnu.so"
    asserts.equals(env, None, foreign(here, "p/_x.abi3.so", "p/_y.so", "p/libz.so.1", "p/a.cpython-312.pyc"))
    for path in ("p/_speedups.cpython-311-x86_64-linux-gnu.so", "p/_speedups.cpython-313t-x86_64-linux-gnu.so", "p/_speedups.cpython-313-darwin.so"):
        asserts.equals(env, path, foreign(path))
        asserts.equals(env, None, foreign(path, here), "one for each version")
        asserts.equals(env, None, foreign(here, path), "one for each version")
    asserts.equals(env, here, foreign(here, architecture = "arm64"))
    asserts.equals(env, here, foreign(here, python = "3.1"))
    asserts.equals(env, None, foreign("_c.cpython-311-aarch64-linux-gnu.so", python = "3.11", architecture = "arm64"))
    return unittest.end(env)

def _import_directories_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(
        env,
        [".", "_main/lib", "wheel/site-packages", "_main", "other"],
        import_directories(["_main/lib", "wheel/site-packages", "_main/lib"], ["wheel", "other"], "_main"),
    )
    return unittest.end(env)

_plan_test = unittest.make(_plan_impl)
_extension_modules_test = unittest.make(_extension_modules_impl)
_import_directories_test = unittest.make(_import_directories_impl)

def python_layers_test_suite(name):
    """The tests of this file.

    Args:
      name: Name of the suite.
    """
    unittest.suite(name, _plan_test, _extension_modules_test, _import_directories_test)
    failure_test(
        name = name + "_nothing_to_start",
        message = "greeting has no main file; name the module to start: module = \"…\"",
        target_under_test = ":nothing_to_start",
    )
    failure_test(
        name = name + "_for_another_python",
        message = "_fast.cpython-311-x86_64-linux-gnu.so does not run on Python 3.13",
        target_under_test = ":for_another_python",
    )
