"""The grammar of each field that comes from outside, with the specification that defines it.

It knows no file format, reads nothing and imports only the base class of errors. Every reader of a
lock, an index, a manifest or metadata checks fields here first. ``rules/private/grammar.bzl`` has
the same grammars in Starlark; ``tests/grammar.json`` has values that test both.
"""
