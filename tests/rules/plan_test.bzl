"""Tests of how packages are planned into layers."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//rules/private/layer:plan.bzl", "plan_layers")  # buildifier: disable=bzl-visibility

def _package(name, size, version = "1.0-1", source = None):
    return struct(name = name, size = size, source = source or name, source_version = version)

_PACKAGES = [
    _package("libc6", 2850, "2.41-12+deb13u5", "glibc"),
    _package("libc-bin", 640, "2.41-12+deb13u5", "glibc"),
    _package("libssl3t64", 2460, "3.5.9-1~deb13u1", "openssl"),
    _package("tzdata", 270, "2026f-0+deb13u1"),
    _package("base-files", 88, "13.8+deb13u8"),
    _package("netbase", 12, "6.5"),
    _package("media-types", 29, "13.0.0"),
]

def _names(plan):
    return [[package.name for package in layer] for layer in plan]

def _plan(packages = _PACKAGES, policy = "budget", budget = 4):
    return _names(plan_layers(packages, policy, budget))

def _budget_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, [
        ["libssl3t64"],
        ["tzdata"],
        ["libc-bin", "libc6"],
        ["base-files", "media-types", "netbase"],
    ], _plan(), "what changes least is first")
    for budget in range(1, 8):
        plan = _plan(budget = budget)
        asserts.equals(env, min(budget, 6), len(plan), "glibc's two packages are never parted")
        asserts.equals(env, sorted([package.name for package in _PACKAGES]), sorted([name for layer in plan for name in layer]))
    return unittest.end(env)

def _order_impl(ctx):
    env = unittest.begin(ctx)
    for policy in ("one", "budget", "per_package"):
        for turn in range(len(_PACKAGES)):
            turned = _PACKAGES[turn:] + _PACKAGES[:turn]
            asserts.equals(env, _plan(policy = policy), _plan(turned, policy = policy), "the order of the packages does not matter")
    alike = [_package(name, 10) for name in "abcdef".elems()]
    asserts.equals(env, _plan(alike), _plan(reversed(alike)), "ties are broken by name")
    return unittest.end(env)

def _policies_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, [["base-files", "libc-bin", "libc6", "media-types", "netbase", "libssl3t64", "tzdata"]], _plan(policy = "one"), "by source, then by name")
    asserts.equals(env, [["media-types"], ["netbase"], ["libssl3t64"], ["tzdata"], ["libc-bin"], ["libc6"], ["base-files"]], _plan(policy = "per_package"))
    asserts.equals(env, [[], [], []], [_plan([], policy) for policy in ("one", "budget", "per_package")])
    return unittest.end(env)

def _versions_impl(ctx):
    env = unittest.begin(ctx)

    # Of two packages of equal size, the one that is updated more often comes last.
    for version in ("1.0-1+deb13u2", "2.0-1~deb12u2", "1:3.0+really2-1+deb13u3", "1.0+debian-1+deb13u2"):
        asserts.equals(env, [["b"], ["a"]], _plan([_package("a", 10, version), _package("b", 10)]), version)
    for version in ("1.0-1", "1.0+debu-1", "1.0-1+debu2", "1.0-1+deb13", "1.0-1+deb13ux", "13u7"):
        asserts.equals(env, [["a"], ["b"]], _plan([_package("a", 10, version), _package("b", 10)]), version)
    return unittest.end(env)

_budget_test = unittest.make(_budget_impl)
_order_test = unittest.make(_order_impl)
_policies_test = unittest.make(_policies_impl)
_versions_test = unittest.make(_versions_impl)

def plan_test_suite(name):
    """The tests of this file.

    Args:
      name: Name of the suite.
    """
    unittest.suite(name, _budget_test, _order_test, _policies_test, _versions_test)
