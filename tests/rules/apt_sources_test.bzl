"""Tests of what is read out of apt's own configuration."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//rules/private/apt:apt_sources.bzl", "deb822_uris", "one_line_uris")  # buildifier: disable=bzl-visibility

_SOURCES = """\
# A comment
Types: deb
URIs: http://mirror.example/debian
# A comment between the lines of a field
 http://other.example/debian
Suites: trixie

Types: deb
Enabled: no
URIs: http://off.example/debian

Types: deb
uris: http://security.example/debian-security
"""

_LIST = """\
# deb http://comment.example/debian trixie main
deb http://mirror.example/debian trixie main
deb [arch=amd64 signed-by=/etc/apt/key.asc] http://options.example/debian trixie main
deb-src http://source.example/debian trixie main
"""

def _deb822_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, [
        "http://mirror.example/debian",
        "http://other.example/debian",
        "http://security.example/debian-security",
    ], deb822_uris(_SOURCES))
    return unittest.end(env)

def _one_line_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, [
        "http://mirror.example/debian",
        "http://options.example/debian",
    ], one_line_uris(_LIST))
    return unittest.end(env)

_deb822_test = unittest.make(_deb822_impl)
_one_line_test = unittest.make(_one_line_impl)

def apt_sources_test_suite(name):
    """All tests of this file.

    Args:
      name: Name of the suite.
    """
    unittest.suite(
        name,
        _deb822_test,
        _one_line_test,
    )
