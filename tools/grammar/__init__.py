"""What each field that comes from outside may look like: one grammar for each kind, with its law.

It knows no file format, reads nothing and imports only the base class of errors. Whoever reads a
lock, an index, a manifest or metadata asks here before a field goes any further.
``rules/private/grammar.bzl`` is the same knowledge in Starlark; ``tests/grammar.json`` has values
that prove both alike.
"""
