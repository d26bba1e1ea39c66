"""Reports what it finds at run time: modules of every kind, files of every kind."""
# mypy: ignore-errors
# Its imports are what the test is about: `py_binary` finds them, mypy does not.

import json
import os
import subprocess
import sys

import humanize
import psutil
from greeting import greet
from python.runfiles import runfiles
from tests.rules.python.generated import ANSWER


def _read(path: str) -> str:
    found = runfiles.Create().Rlocation(path)
    with open(found, encoding="utf-8") as stream:
        return stream.read().strip()


def main() -> None:
    """Print what was found as JSON."""
    child = "import greeting, psutil; print(greeting.greet('child'))"
    report = {
        "arguments": sys.argv[1:],
        "child": subprocess.check_output([sys.executable, "-c", child], text=True).strip(),
        "data": _read("_main/tests/rules/testdata/data.txt"),
        "generated": ANSWER,
        "greeting": greet("world"),
        "link": _read("_main/a/link"),
        "main": os.path.relpath(sys.argv[0], "/"),
        "root link": _read("at/the/root"),
        "size": humanize.naturalsize(10**6),
        "tree": _read("_main/tests/rules/tree/below/two"),
        "wheel": psutil.Process().pid == os.getpid(),
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
