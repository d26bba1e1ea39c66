"""Installs Bazel on a machine that has none: a small root of pinned Debian packages in the cache.

Knows which packages Bazel needs, and where and how to unpack them so that it runs. Runs on the
host's bare Python before all other parts of Plinth. So it uses only the standard library, and only
the parts of other rooms that need no more: debian, fetch, the writer of Java keystores, and, when
the pinned packages have left the mirrors, lock. Nothing imports this room.
"""
