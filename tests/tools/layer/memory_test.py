"""A worker needs no more memory for a large package than for a small one."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.tools.action import worker_client
from tests.tools.deb_builder import COMPRESSIONS, Deb, Entry, make_ar, make_tar
from tests.tools.workbench import interpreter

if TYPE_CHECKING:
    from pathlib import Path

LIMIT_MB = 120
SIZE = 160 << 20

PROGRAM = """\
import sys
from tools.action.program import main
assert main(["--persistent_worker"]) == 0
status = open("/proc/self/status").read()
print(status.partition("VmHWM:")[2].split()[0], file=sys.stderr)
"""


def peak_mb(*requests: tuple[str, list[tuple[str, object]]]) -> float:
    """Return what a worker needed at most, for all of these requests one after the other."""
    messages = b"".join(
        worker_client.request([verb, *(json.dumps({key: value}) for key, value in params)])
        for verb, params in requests
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(
        [*interpreter(), "-c", PROGRAM],
        input=messages,
        capture_output=True,
        env=environment,
        check=True,
    )
    responses = io.BytesIO(done.stdout)
    for _ in requests:
        response = worker_client.read_response(responses.read)
        assert response.exit_code == 0, response.output
    return int(done.stderr) * 1024 / 1e6


@pytest.fixture
def huge(tmp_path: Path) -> tuple[Path, Deb]:
    """Provide a package with one file of 160 MiB that looks like a library, stored as it is."""
    deb = Deb(name="huge", md5sums=False)
    header = make_tar([Entry("./usr/lib/libhuge.so")])[:512]
    # The size is 12 octal digits at 124, the checksum 8 bytes at 148.
    block = header[:124] + b"%011o\0" % SIZE + header[136:148] + b" " * 8 + header[156:]
    block = block[:148] + b"%06o\0 " % sum(block) + block[156:]
    path = tmp_path / "huge.deb"
    control = COMPRESSIONS["gz"](make_tar([Entry("./control", deb.control)]))
    start = make_ar([("debian-binary", b"2.0\n"), ("control.tar.gz", control)])
    with path.open("wb") as out:
        out.write(start)
        size = 512 + SIZE + 1024
        out.write(f"{'data.tar':<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{size:<10}`\n".encode())
        out.write(block + b"\x7fELF")
        for _ in range(SIZE >> 20):
            out.write(bytes(1 << 20))
        out.truncate(out.tell() - 4)
        out.seek(0, os.SEEK_END)
        out.write(bytes(1024))
    return path, deb


@pytest.mark.parametrize("compression", ["gzip", "zstd:chunked"])
def test_a_huge_package(huge: tuple[Path, Deb], tmp_path: Path, compression: str) -> None:
    path, deb = huge
    option = ("compression", {"format": compression})
    parts = {"segment": str(tmp_path / "segment"), "facts": str(tmp_path / "facts.json")}
    fragment: list[tuple[str, object]] = [
        ("deb", str(path)),
        ("package", deb.facts),
        option,
        ("out_segment", parts["segment"]),
        ("out_facts", parts["facts"]),
    ]
    layer: list[tuple[str, object]] = [
        ("segment", parts),
        option,
        ("out_layer", str(tmp_path / "layer")),
        ("out_facts", str(tmp_path / "layer.json")),
    ]
    peak = peak_mb(("package-fragment", fragment), ("layer", layer))
    facts = json.loads((tmp_path / "layer.json").read_text())
    assert facts["uncompressed_size"] > SIZE
    assert peak < LIMIT_MB
