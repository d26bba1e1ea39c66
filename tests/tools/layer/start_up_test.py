"""Build actions start fast: what a verb imports is counted, because every import costs."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

EXPENSIVE = {"argparse", "dataclasses", "enum", "inspect", "json", "pathlib", "re", "subprocess",
             "tarfile", "tempfile", "threading", "typing", "zipfile"}  # fmt: skip

HOT = (
    "tools.layer.package_fragment",
    "tools.layer.files_fragment",
    "tools.layer.wheel_fragment",
    "tools.layer.accounts_fragment",
    "tools.layer.certificates_fragment",
    "tools.layer.ld_so_cache_fragment",
    "tools.layer.os_release_fragment",
    "tools.layer.layer",
    "tools.image.image",
    "tools.image.layout",
)


@pytest.mark.parametrize("module", HOT)
def test_no_expensive_import(module: str) -> None:
    code = (
        f"import sys; sys.path.insert(0, {os.getcwd()!r}); before = set(sys.modules); "
        f"import tools.__main__, {module}; print(*set(sys.modules) - before)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], check=True, capture_output=True, text=True
    )
    assert not EXPENSIVE & set(done.stdout.split())
