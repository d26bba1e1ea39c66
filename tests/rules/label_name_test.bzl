"""Tests of how messages and documents name a target."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//rules/private:label_name.bzl", "label_name")  # buildifier: disable=bzl-visibility

_NAMES = {
    "//app:files": "//app:files",
    "@@//app:files": "//app:files",
    "@@_main~apt~debian13//:x": "@debian13//:x",
    "@@rules_plinth++apt+debian13//:x": "@debian13//:x",
    "@@rules_plinth+//base:accounts": "@rules_plinth//base:accounts",
    "@@rules_plinth~//base:accounts": "@rules_plinth//base:accounts",
    "@debian13//:x": "@debian13//:x",
}

def _names_impl(ctx):
    env = unittest.begin(ctx)
    for label, name in _NAMES.items():
        asserts.equals(env, name, label_name(label))
    asserts.equals(env, "//tests/rules:base", label_name(Label("//tests/rules:base")))
    return unittest.end(env)

_names_test = unittest.make(_names_impl)

def label_name_test_suite(name):
    """All tests of this file.

    Args:
      name: Name of the suite.
    """
    unittest.suite(name, _names_test)
