"""Compressed bytes do not depend on the CPU: the compressors, run on CPUs that qemu plays.

Both libraries choose between routines by what the CPU can do (BMI2, AVX2, carry-less
multiplication), so an old model and a new one run different code here.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

QEMU = shutil.which(f"qemu-{platform.machine()}") or shutil.which(
    f"qemu-{platform.machine()}-static"
)
MODELS = {
    # From the first 64-bit CPU to all that qemu can play.
    "x86_64": ("qemu64", "Conroe", "Nehalem", "SandyBridge", "Haswell", "EPYC", "max"),
    "aarch64": ("cortex-a53", "cortex-a72", "neoverse-n1", "max"),
}.get(platform.machine(), ("max",))

pytestmark = pytest.mark.skipif(not QEMU, reason="there is no qemu-user to play other CPUs")


def interpreter() -> list[str]:
    """Return the command that starts this interpreter again."""
    program = os.path.realpath("/proc/self/exe")
    if not os.path.basename(program).startswith("ld-linux"):
        return [program]
    # The pinned one is started by its own loader, with its libraries next to it.
    return [program, "--library-path", os.path.dirname(program), sys.orig_argv[0]]


def corpus() -> list[str]:
    """Programs and text: the interpreter's own libraries, and the tools."""
    program = Path(interpreter()[0])
    libraries = sorted(program.parent.glob("lib[cx]*.so*"))[:3] or [program]
    return [*map(str, libraries), *sorted(map(str, Path("tools/layer").glob("*.py")))]


def digests(*prefix: str) -> list[str]:
    done = subprocess.run(
        [*prefix, *interpreter(), "-S", "-P", "-m", "tests.exhaustive.digests", *corpus()],
        env={"PYTHONPATH": os.pathsep.join(path or "." for path in sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def native() -> list[str]:
    lines = digests()
    assert len(lines) == len(set(lines)) == 8
    return lines


@pytest.mark.parametrize("model", MODELS)
def test_bytes_do_not_depend_on_the_cpu(native: list[str], model: str) -> None:
    assert QEMU
    assert digests(QEMU, "-cpu", model) == native
