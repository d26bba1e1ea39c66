"""Loops until nothing is left: Starlark has neither `while` nor recursion."""

visibility("//...")

# `for _ in ENDLESS:` ends by `break` or `return`: this many rounds take days.
ENDLESS = range(2147483647)
