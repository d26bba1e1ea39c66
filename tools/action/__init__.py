"""How Bazel's actions reach the tools: the program, its parameters, and the workers' protocol.

Knows nothing of what the verbs do: it imports the one that an action names.
"""
