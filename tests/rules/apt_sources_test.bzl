"""Tests of what is read out of apt's own configuration, and out of PLINTH_MIRRORS."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//rules/private/apt:apt_sources.bzl", "source_urls", "variable_urls")  # buildifier: disable=bzl-visibility
load(":apt_sources_cases.bzl", "APT_CASES", "VARIABLE_CASES")

def _apt_impl(ctx):
    env = unittest.begin(ctx)
    for case in APT_CASES:
        others = {"/etc/apt/" + name: text for name, text in case.get("others", {}).items()}
        found = source_urls(
            case["name"],
            case["text"].replace("{apt}", "/etc/apt"),
            "debian",
            lambda path: others.get(path, ""),  # buildifier: disable=uninitialized
        )
        asserts.equals(env, [url.rstrip("/") for url in case["urls"]], [url.rstrip("/") for url in found], case["about"])
    return unittest.end(env)

def _variable_impl(ctx):
    env = unittest.begin(ctx)
    for case in VARIABLE_CASES:
        found, refused = variable_urls(case["text"], "debian")
        asserts.equals(env, case.get("refused"), refused, case["text"])
        asserts.equals(env, case.get("urls", []), [url.rstrip("/") for url in found], case["text"])
    return unittest.end(env)

_apt_test = unittest.make(_apt_impl)
_variable_test = unittest.make(_variable_impl)

def apt_sources_test_suite(name):
    """All tests of this file.

    Args:
      name: Name of the suite.
    """
    unittest.suite(
        name,
        _apt_test,
        _variable_test,
    )
