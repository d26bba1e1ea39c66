"""Tests of what the rules know of Debian's architectures, by the cases that the tools have as well."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")

# buildifier: disable=bzl-visibility
load("//rules/private/apt:platforms.bzl", "ARCHITECTURES", "platform")

# buildifier: disable=bzl-visibility
load("//rules/private/language/python:extension_modules.bzl", "foreign_extension_module")

# buildifier: disable=bzl-visibility
load("//rules/private/npm:lockfile.bzl", "CPUS")

# buildifier: disable=bzl-visibility
load("//rules/private/pypi:markers.bzl", "MACHINES")
load(":architecture_cases.bzl", "ARCHITECTURE_CASES")

def _architectures_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, [case["debian"] for case in ARCHITECTURE_CASES], ARCHITECTURES.keys())
    for case in ARCHITECTURE_CASES:
        debian = case["debian"]
        constraint, oci, variant = ARCHITECTURES[debian]
        asserts.equals(env, case["oci"], oci)

        # The tools add the variant that an architecture has by default.
        asserts.true(env, variant in ("", case["variant"]), debian)
        asserts.equals(env, case["platform"], platform(debian).name)
        asserts.equals(env, case["machine"], MACHINES[debian])
        asserts.equals(env, constraint, Label(CPUS[case["nodejs"]]), debian)
        module = "m.cpython-313-{}.so".format(case["triplet"])
        asserts.equals(env, None, foreign_extension_module([module], "3.13", debian), module)
        for other in ARCHITECTURE_CASES:
            if other["triplet"] != case["triplet"]:
                asserts.equals(env, module, foreign_extension_module([module], "3.13", other["debian"]), other["debian"])
    return unittest.end(env)

_architectures_test = unittest.make(_architectures_impl)

def architecture_test_suite(name):
    """All tests of this file.

    Args:
      name: Name of the suite.
    """
    unittest.suite(name, _architectures_test)
