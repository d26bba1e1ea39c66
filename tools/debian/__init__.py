"""What Debian's own documents say: versions, relations, control files, Release files, archives.

Everything here is a pure function of its arguments. This room opens no file and no socket, starts
no program, and knows nothing of mirrors, locks, images or Bazel.
"""
