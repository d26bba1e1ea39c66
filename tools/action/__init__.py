"""Runs the tools in Bazel's actions: the program, its parameters, and the workers' protocol.

Does not know what the verbs do: it imports the one that an action names.
"""
