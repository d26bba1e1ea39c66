"""The toolchain that Plinth's actions run on, for those who bring their own.

//tools/python registers it for Linux on amd64 and arm64; another execution platform needs an
interpreter of its own, locked and unpacked in the same way.
"""

load("//rules/private/python:bytecode_archive.bzl", _bytecode_archive = "bytecode_archive")
load("//rules/private/python:interpreter.bzl", _python_interpreter = "python_interpreter")

bytecode_archive = _bytecode_archive
python_interpreter = _python_interpreter
