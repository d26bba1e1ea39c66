"""Tests of what the `npm` extension knows of locks."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//rules/private/npm:lockfile.bzl", "parse_package_lock")  # buildifier: disable=bzl-visibility

_SHA512 = "sha512-" + "a" * 86 + "=="

def _lock(packages):
    return json.encode({"lockfileVersion": 3, "packages": {"": {"name": "app"}} | packages})

def _package(version = "1.0.0", integrity = _SHA512, **more):
    return {"version": version, "integrity": integrity} | more

def _parse(packages):
    parsed, problem = parse_package_lock(_lock(packages), "package-lock.json")
    if problem:
        fail(problem)
    return parsed

def _paths(packages):
    return [package.path for package in _parse(packages)]

def _names_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, ["@scope/a", "b", "other"], [package.name for package in _parse({
        "node_modules/@scope/a": _package(),
        "node_modules/alias": _package(name = "other"),
        "node_modules/@scope/a/node_modules/b": _package("2.0.0"),
    })])
    return unittest.end(env)

def _left_out_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, ["node_modules/needed"], _paths({
        "node_modules/bundled": _package(inBundle = True),
        "node_modules/mac": _package(os = ["darwin"]),
        "node_modules/musl": _package(os = ["linux"], libc = ["musl"]),
        "node_modules/needed": _package(),
        "node_modules/not-linux": _package(os = ["!linux"]),
        "node_modules/ppc": _package(cpu = ["ppc64"]),
        "node_modules/test": _package(dev = True),
    }))
    return unittest.end(env)

def _processors_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, [["arm64"], ["x64"], [], ["arm64"]], [package.cpus for package in _parse({
        "node_modules/a": _package(cpu = ["arm64"]),
        "node_modules/b": _package(cpu = ["x64", "ia32"]),
        "node_modules/c": _package(),
        "node_modules/d": _package(cpu = ["!x64"]),
    })])
    return unittest.end(env)

def _integrity_impl(ctx):
    env = unittest.begin(ctx)
    (package,) = _parse({"node_modules/a": _package(integrity = "sha1-aa= {}?x sha256-cc=".format(_SHA512))})
    asserts.equals(env, _SHA512, package.integrity)
    return unittest.end(env)

_names_test = unittest.make(_names_impl)
_left_out_test = unittest.make(_left_out_impl)
_processors_test = unittest.make(_processors_impl)
_integrity_test = unittest.make(_integrity_impl)

def npm_test_suite(name):
    """All tests of this file.

    Args:
      name: Name of the suite.
    """
    unittest.suite(
        name,
        _names_test,
        _left_out_test,
        _processors_test,
        _integrity_test,
    )
