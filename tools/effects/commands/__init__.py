"""The effects of commands of maintainer scripts: one file for each topic, one table of all.

Knows each command's options and results. Must not know the shell's grammar.
"""
