"""The language of maintainer scripts: POSIX shell, as dash and bash read it, into a syntax tree.

Knows the grammar (POSIX.1-2024, "Shell Command Language") but not the effects of commands.
"""
