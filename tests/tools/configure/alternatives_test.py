"""Alternatives of packages, for the layers below as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.tools.configure.configuration_fragment_test import awk, configure, image, package
from tests.tools.deb_builder import Entry

if TYPE_CHECKING:
    from tests.tools.workbench import Workbench

AWK = "/etc/alternatives/awk"


def test_the_alternative_of_the_highest_priority_wins_with_its_slaves(workbench: Workbench) -> None:
    mawk = package(workbench, "mawk", Entry("./usr/bin/mawk"), effects=(awk("mawk", 5),))
    gawk = package(
        workbench, "gawk", Entry("./usr/bin/gawk"), Entry("./usr/share/man/man1/gawk.1.gz"),
        effects=(awk("gawk", 10),),
    )  # fmt: skip
    made = configure(workbench, mawk, gawk)
    assert made.entry("usr/bin/awk")["target"] == AWK
    assert made.entry("etc/alternatives/awk")["target"] == "/usr/bin/gawk"
    assert made.entry("etc/alternatives/awk.1.gz")["target"] == "/usr/share/man/man1/gawk.1.gz"


def test_alternatives_of_a_layer_below_are_weighed_and_replaced(
    workbench: Workbench,
) -> None:
    mawk = package(workbench, "mawk", Entry("./usr/bin/mawk"), effects=(awk("mawk", 5),))
    base = workbench.layer(mawk, configure(workbench, mawk))
    gawk = package(workbench, "gawk", Entry("./usr/bin/gawk"), effects=(awk("gawk", 10),))
    made = configure(workbench, gawk, below=(base,))
    assert made.entry("etc/alternatives/awk")["target"] == "/usr/bin/gawk"
    assert "usr/bin/awk" not in made.paths, "the link is there already"
    upper = workbench.layer(gawk, made, below=(base[1],))
    image(workbench, base, upper)


def test_a_package_that_is_completed_has_its_alternatives(workbench: Workbench) -> None:
    entries = Entry("./usr/bin/mawk"), Entry("./usr/share/mawk/prelude")
    effects = (awk("mawk", 5),)
    part = package(workbench, "mawk", *entries, effects=effects, omit=("usr/bin/**",))
    whole = package(workbench, "mawk", *entries, effects=effects)
    base = workbench.layer(part, configure(workbench, part))
    assert "usr/bin/awk" not in configure(workbench, whole, below=(base,)).paths
    made = configure(workbench, whole, below=(base,), asked=("mawk",))
    assert made.entry("etc/alternatives/awk")["target"] == "/usr/bin/mawk"
    assert "usr/bin/mawk" not in made.paths, "the package's own fragment has it"


def test_alternatives_that_dpkg_has_recorded_are_weighed(workbench: Workbench) -> None:
    # As update-alternatives(1) writes it: no effects are known of a base that another tool made.
    record = b"auto\n/usr/bin/awk\nawk.1.gz\n/usr/share/man/man1/awk.1.gz\n\n"
    mawk = b"/usr/bin/mawk\n7\n/usr/share/man/man1/mawk.1.gz\n\n"
    for content, best in ((record + mawk, "gawk"), (record + mawk.replace(b"7", b"70"), "mawk")):
        below = package(
            workbench,
            "base",
            Entry("./usr/bin/mawk"),
            Entry("./var/lib/dpkg/alternatives/awk", content),
        )
        gawk = package(workbench, "gawk", Entry("./usr/bin/gawk"), effects=(awk("gawk", 10),))
        made = configure(workbench, gawk, below=(workbench.layer(below),))
        assert made.entry("etc/alternatives/awk")["target"] == f"/usr/bin/{best}"
