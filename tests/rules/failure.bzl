"""A test that a target cannot be analyzed, and of what is then said."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")

def _failure_impl(ctx):
    env = analysistest.begin(ctx)
    asserts.expect_failure(env, ctx.attr.message)
    return analysistest.end(env)

failure_test = analysistest.make(
    _failure_impl,
    attrs = {"message": attr.string(mandatory = True, doc = "What the error contains.")},
    expect_failure = True,
)
