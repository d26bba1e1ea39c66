"""Packages that may overwrite or divert files of others: the error says which one dpkg keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tools.deb_builder import COMPRESSIONS, Deb, Entry, make_ar, make_tar
from tests.tools.workbench import Failed, Fragment, Workbench

if TYPE_CHECKING:
    from pathlib import Path

OLD = Deb([Entry("./usr/bin/tool", b"old")], name="old")
PREINST = b"""#!/bin/sh
if [ "$1" = install ]; then
    dpkg-divert --package new --add --rename \\
        --divert /usr/bin/tool.distrib /usr/bin/tool
    dpkg-divert --package new --remove /usr/bin/other
fi
"""


def new(workbench: Workbench, directory: Path, fields: str = "", preinst: bytes = b"") -> Fragment:
    """Return a package ``new`` that also ships usr/bin/tool."""
    deb = Deb(name="new")
    control = [Entry("./control", deb.control + fields.encode())]
    if preinst:
        control.append(Entry("./preinst", preinst, 0o755))
    path = directory / "new.deb"
    path.write_bytes(
        make_ar(
            [
                ("debian-binary", b"2.0\n"),
                ("control.tar.gz", COMPRESSIONS["gz"](make_tar(control))),
                ("data.tar", make_tar([Entry("./usr/bin/tool", b"new")])),
            ]
        )
    )
    return workbench.fragment("package-fragment", ("deb", str(path)), ("package", deb.facts))


def conflict(workbench: Workbench, *fragments: Fragment) -> str:
    with pytest.raises(Failed) as failed:
        workbench.layer(*fragments)
    return str(failed.value)


@pytest.mark.parametrize("swapped", [False, True])
def test_replaces(workbench: Workbench, tmp_path: Path, swapped: bool) -> None:
    replacing = new(workbench, tmp_path, "Replaces: older, old (<< 2)\n")
    assert replacing.facts["replaces"] == ["old (<< 2)", "older"]
    pair = [workbench.package(OLD), replacing]
    message = conflict(workbench, *(reversed(pair) if swapped else pair))
    assert "new 1.0-1 replaces old 1.0-1: drop it from old 1.0-1 with a path policy" in message


def test_replaces_another_version(workbench: Workbench, tmp_path: Path) -> None:
    replacing = new(workbench, tmp_path, "Replaces: old (<< 1)\n")
    message = conflict(workbench, workbench.package(OLD), replacing)
    assert "drop it from one of the two" in message, "dpkg would refuse it as well"


def test_diversions(workbench: Workbench, tmp_path: Path) -> None:
    diverting = new(workbench, tmp_path, preinst=PREINST)
    assert diverting.facts["diverts"] == ["usr/bin/tool", "usr/bin/tool.distrib"]
    message = conflict(workbench, workbench.package(OLD), diverting)
    assert "new 1.0-1 diverts the file of old 1.0-1: drop it from old 1.0-1" in message


def test_neither(workbench: Workbench, tmp_path: Path) -> None:
    plain = new(workbench, tmp_path)
    assert not {"replaces", "diverts"} & plain.facts.keys()
    message = conflict(workbench, workbench.package(OLD), plain)
    assert "drop it from one of the two" in message


def test_with_a_path_policy_the_replacing_file_remains(
    workbench: Workbench, tmp_path: Path
) -> None:
    replacing = new(workbench, tmp_path, "Replaces: old\n")
    trimmed = workbench.package(OLD, ("policy", {"omit": ["usr/bin/tool"]}))
    workbench.layer(trimmed, replacing)
