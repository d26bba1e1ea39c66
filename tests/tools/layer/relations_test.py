"""Packages of one lock on packages of another: what they ask of each other still holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tools.deb_builder import Deb, Entry
from tests.tools.workbench import Failed

if TYPE_CHECKING:
    from tests.tools.workbench import Fragment, Workbench


def package(workbench: Workbench, name: str, version: str, fields: str = "") -> Fragment:
    entry = Entry(f"./usr/share/{name}", b"x")
    return workbench.package(Deb([entry], name=name, version=version, control_fields=fields))


def put_on(
    workbench: Workbench, depends: str, *below: Fragment, kept: tuple[str, ...] = ("libc6",)
) -> None:
    """Make a layer of a package with a dependency, on a layer of others."""
    base = workbench.layer(*below)[1]
    top = package(workbench, "app", "2-1", f"Depends: {depends}\n")
    out = workbench.directory / "top"
    workbench.run(
        "layer",
        ("segment", top.param),
        ("below", str(base)),
        *(("kept", name) for name in kept),
        ("out_layer", str(out)),
        ("out_facts", f"{out}.json"),
    )


@pytest.mark.parametrize(
    "depends",
    [
        "libc6",
        "libc6 (>= 2.36)",
        "libc6:any (>= 2.40~)",
        "libc6 (>= 3) | libc6 (= 2.41-1)",
        "libc6 (>= 3) | c-library (>= 4)",
        "libc6 (>> 3) | c-library",
        "something-omitted (>= 9), libc6 (<< 3)",
        "libc6-dev (>= 9)",
    ],
)
def test_holds(workbench: Workbench, depends: str) -> None:
    libc = package(workbench, "libc6", "2.41-1", "Provides: c-library (= 4.2), libc\n")
    put_on(workbench, depends, libc)


@pytest.mark.parametrize(
    "depends",
    ["libc6 (>= 2.42)", "libc6 (<< 2.41-1)", "libc6 (= 2.41-2)", "libc6 (>= 3) | libc (>= 1)"],
)
def test_names_both(workbench: Workbench, depends: str) -> None:
    libc = package(workbench, "libc6", "2.41-1", "Provides: libc\n")
    with pytest.raises(Failed) as failed:
        put_on(workbench, f"base-files, {depends}", libc)
    assert f"app 2-1 depends on {depends}, but libc6 2.41-1 is below" in str(failed.value)
    assert "from one lock" in str(failed.value)


def test_what_the_lock_resolved_is_not_asked_again(workbench: Workbench) -> None:
    libc = package(workbench, "libc6", "2.41-1")
    put_on(workbench, "libc6 (>= 9)", libc, kept=())
