"""Some locales of a package that has them all."""

from __future__ import annotations

import pytest

from tests.tools.deb_builder import Deb, Entry
from tests.tools.workbench import Failed, Fragment, Workbench

AT = "./usr/lib/locale"
LOCALES = Deb(
    [
        Entry(f"{AT}/aa_DJ.utf8/LC_COLLATE", b"order of all"),
        Entry(f"{AT}/aa_DJ.utf8/LC_TIME", b"time of aa"),
        Entry(f"{AT}/de_AT.utf8/LC_CTYPE", symlink="../de_BE.utf8/LC_CTYPE"),
        Entry(f"{AT}/de_BE.utf8/LC_CTYPE", b"types"),
        Entry(f"{AT}/de_DE.utf8/LC_COLLATE", symlink="../aa_DJ.utf8/LC_COLLATE"),
        Entry(f"{AT}/de_DE.utf8/LC_CTYPE", symlink="../de_AT.utf8/LC_CTYPE"),
        Entry(f"{AT}/de_DE.utf8/LC_MESSAGES/SYS_LC_MESSAGES", b"ja"),
        Entry(f"{AT}/en_GB.utf8/LC_COLLATE", symlink="../aa_DJ.utf8/LC_COLLATE"),
        Entry(f"{AT}/xx/LC_CTYPE", symlink="../yy/LC_CTYPE"),
        Entry("./usr/share/doc/locales-all/copyright", b"free"),
    ],
    name="locales-all",
)


def locales(workbench: Workbench, *names: str) -> Fragment:
    return workbench.fragment(
        "locale-fragment",
        ("deb", LOCALES.write(workbench.directory)),
        ("package", LOCALES.facts),
        *(("locale", name) for name in names),
    )


def test_links_to_other_locales_become_files(workbench: Workbench) -> None:
    fragment = locales(workbench, "de_DE.utf8")
    assert {path: fragment.content(path) for path in fragment.paths if "/locale/" in path} == {
        "usr/lib/locale/de_DE.utf8/LC_COLLATE": b"order of all",
        "usr/lib/locale/de_DE.utf8/LC_CTYPE": b"types",
        "usr/lib/locale/de_DE.utf8/LC_MESSAGES/SYS_LC_MESSAGES": b"ja",
    }
    assert {member.type for member in fragment.members()} == {b"0"}


def test_what_two_locales_share_is_there_once(workbench: Workbench) -> None:
    fragment = locales(workbench, "en_GB.utf8", "de_DE.utf8")
    shared = fragment.entry("usr/lib/locale/en_GB.utf8/LC_COLLATE")
    assert shared["type"] == "hardlink"
    assert shared["target"] == "usr/lib/locale/de_DE.utf8/LC_COLLATE"


def test_licence_and_status_come_along(workbench: Workbench) -> None:
    fragment = locales(workbench, "de_DE.utf8")
    assert "usr/share/doc/locales-all/copyright" in fragment.paths
    assert "var/lib/dpkg/status.d/locales-all" in fragment.paths
    assert fragment.facts["package"]["name"] == "locales-all"


def test_a_locale_that_is_not_there(workbench: Workbench) -> None:
    with pytest.raises(Failed, match=r"locales-all 1\.0-1: no locale de_XX\.utf8"):
        locales(workbench, "de_XX.utf8")


def test_a_link_that_leads_nowhere(workbench: Workbench) -> None:
    with pytest.raises(Failed, match=r"xx/LC_CTYPE: leads to usr/lib/locale/yy/LC_CTYPE"):
        locales(workbench, "xx")
