"""Reads Debian's formats: versions, relations, control files, Release files, archives.

Everything here is a pure function of its arguments. This room opens no file and no socket, starts
no program, and does not know mirrors, locks, images or Bazel.
"""
