"""Brings tests/grammar.json into Starlark: loading has no other way to read a file."""

load("//rules/private:build_file.bzl", "literal")  # buildifier: disable=bzl-visibility

def _values_repository_impl(rctx):
    rctx.file("BUILD.bazel", "")
    rctx.file("values.bzl", "VALUES = json.decode({})\n".format(literal(rctx.read(rctx.attr.json))), legacy_utf8 = False)

_values_repository = repository_rule(
    implementation = _values_repository_impl,
    attrs = {"json": attr.label(mandatory = True)},
)

def _grammar_values_impl(module_ctx):
    _values_repository(name = "plinth_grammar_values", json = "//tests:grammar.json")
    return module_ctx.extension_metadata(reproducible = True)

grammar_values = module_extension(implementation = _grammar_values_impl)
