"""Tests of the grammars of fields from outside, by the table that tests/tools/grammar has as well."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("@plinth_grammar_values//:values.bzl", "VALUES")
load("//rules/private:grammar.bzl", "KINDS", "field_problem", "shown")  # buildifier: disable=bzl-visibility

# These may hold most of what can be printed.
_FREE = ("text", "archive_path")

def _table_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, KINDS, sorted(VALUES["kinds"]))
    for kind, values in VALUES["kinds"].items():
        for value in values["good"]:
            asserts.equals(env, None, field_problem(kind, value, "field"), kind)
        for value in values["hostile"] + ([] if kind in _FREE else VALUES["anywhere"]):
            asserts.true(env, field_problem(kind, value, "field"), "{} takes {}".format(kind, json.encode(value)))
        for value in VALUES["anywhere"]:
            if type(value) != "string":
                asserts.true(env, field_problem(kind, value, "field"), "{} takes {}".format(kind, json.encode(value)))
    return unittest.end(env)

def _messages_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(
        env,
        'size = "1)\\ngenrule(" should be a whole number of bytes, 0 or more',
        field_problem("size", "1)\ngenrule(", "size"),
    )
    asserts.equals(
        env,
        "sha256 is missing; it should be 64 hexadecimal digits in lower case",
        field_problem("sha256", None, "sha256"),
    )
    for value in VALUES["anywhere"]:
        text = shown(value)
        asserts.true(env, len(text) <= 80, text)
        asserts.false(env, "\033" in text or "\n" in text or "\177" in text, text)
    return unittest.end(env)

_table_test = unittest.make(_table_impl)
_messages_test = unittest.make(_messages_impl)

def grammar_test_suite(name):
    """All tests of this file.

    Args:
      name: Name of the suite.
    """
    unittest.suite(name, _table_test, _messages_test)
