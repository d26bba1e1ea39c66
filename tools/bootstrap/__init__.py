"""Bazel for a machine that has none: a small root of pinned Debian packages in the user's cache.

Knows which packages Bazel needs, and where and how to unpack them so that it runs. Runs on the
host's bare Python before anything else of Plinth does, so it uses the standard library only, and of
Plinth's other rooms only what needs no more: debian, fetch, the writer of Java keystores, and, when
the pinned packages have left the mirrors, lock. Nothing imports this room.
"""
