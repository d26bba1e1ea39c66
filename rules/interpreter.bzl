"""The interpreter of Plinth's actions and tools, for platforms that need another one.

//tools/python has those of Linux on amd64 and arm64. Another execution platform needs its own,
named by `--@rules_plinth//rules:interpreter` and `--@rules_plinth//rules:action_interpreter`:
Python 3.13 with libdeflate 1.23 and libzstd 1.5.7. With other versions, every digest changes.
"""

load("//rules/private/interpreter:interpreter.bzl", _python_interpreter = "python_interpreter")

python_interpreter = _python_interpreter
