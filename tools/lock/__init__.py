"""From a manifest (what is wanted) to a lock (what it is, to the byte).

The only room that reads an archive's index. It verifies before it parses, chooses packages as apt
would in an empty root, and writes one JSON file. It fetches through ``tools.fetch`` and knows
nothing of what images do with the packages; nothing that Bazel runs as an action imports it.
"""
