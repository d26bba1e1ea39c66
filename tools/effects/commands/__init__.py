"""What the commands of maintainer scripts do: one file per topic, one table of all of them.

Knows each command's options and results. Must not know the shell's grammar.
"""
