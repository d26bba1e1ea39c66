"""Programs that are of the wrong kind."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")

def _failure_impl(ctx):
    env = analysistest.begin(ctx)
    asserts.expect_failure(env, ctx.attr.message)
    return analysistest.end(env)

_failure_test = analysistest.make(_failure_impl, attrs = {"message": attr.string()}, expect_failure = True)

def programs_failure_test_suite(name):
    """The tests of this file; what is in a file is in `tests/tools/layer/file_kind_test.py`.

    Args:
      name: Name of the suite.
    """
    _failure_test(
        name = name + "_no_jar",
        message = "//tests/rules/programs:no_jar_program: //tests/rules/programs:file_of.bzl has no jar, " +
                  "neither itself nor among what it finds at run time: it is file_of.bzl; name",
        target_under_test = ":no_jar_program",
    )
    _failure_test(
        name = name + "_two_files",
        message = "//tests/rules/programs:two_files_program: //tests/rules/programs:jars is no program, but 2 files",
        target_under_test = ":two_files_program",
    )
