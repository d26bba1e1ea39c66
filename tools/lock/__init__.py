"""Makes a lock (exact files) from a manifest (what you ask for).

The only room that reads an archive's index. It verifies before it parses, chooses packages as apt
would in an empty root, and writes one JSON file. It fetches through ``tools.fetch`` and does not
know how images use the packages. No action of Bazel imports it.
"""
