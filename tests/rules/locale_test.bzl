"""Tests of where locales are."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//rules/private/layer:locale.bzl", "locale_directory")  # buildifier: disable=bzl-visibility

def _names_impl(ctx):
    env = unittest.begin(ctx)
    for name, directory in {
        "de_AT.ISO-8859-15@euro": "de_AT.iso885915@euro",
        "de_DE.UTF-8": "de_DE.utf8",
        "de_DE.utf8": "de_DE.utf8",
        "de_DE@euro": "de_DE@euro",
        "sr_RS.UTF-8@latin": "sr_RS.utf8@latin",
        "tr_TR": "tr_TR",
    }.items():
        asserts.equals(env, directory, locale_directory(name))
    return unittest.end(env)

names_test = unittest.make(_names_impl)

def locale_test_suite(name):
    """The tests of this file.

    Args:
      name: Name of the suite.
    """
    unittest.suite(name, names_test)
