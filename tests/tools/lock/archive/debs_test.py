"""Packages as they are read for a lock."""

from __future__ import annotations

import pytest

from tests.tools.deb_builder import COMPRESSIONS, Entry, make_ar, make_tar
from tools.lock.archive.debs import DebError, control_files


@pytest.mark.parametrize("compression", ["gz", "xz", "zst", "bz2"])
def test_a_control_member_that_expands_without_end(compression: str) -> None:
    zeros = [Entry("./control", b"Package: a\n"), Entry("./md5sums", bytes(65 << 20))]
    deb = make_ar([
        ("debian-binary", b"2.0\n"),
        (f"control.tar.{compression}", COMPRESSIONS[compression](make_tar(zeros))),
        ("data.tar", make_tar([])),
    ])  # fmt: skip
    assert len(deb) < 1 << 20
    with pytest.raises(DebError, match=r"a\.deb: its control member has more than 67108864 bytes"):
        control_files(deb, "a.deb")
