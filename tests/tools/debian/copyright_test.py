"""The machine-readable copyright file of a package."""

from __future__ import annotations

from tools.debian.copyright import parse_licenses

FORMAT = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"


def test_each_short_name_once_in_order() -> None:
    text = FORMAT + (
        "Upstream-Name: x\n\nFiles: *\nCopyright: 2001 Somebody\nLicense: GPL-2+ or Artistic\n\n"
        "Files: debian/*\nLicense: Expat\n\nLicense: Expat\n Permission is hereby granted\n .\n"
        " License: is a word of this text\n"
    )
    assert parse_licenses(text) == ["GPL-2+ or Artistic", "Expat"]


def test_a_short_name_may_be_missing() -> None:
    assert parse_licenses(FORMAT + "\nFiles: *\nLicense:\n text only\n") == []


def test_white_space_and_case_mean_nothing() -> None:
    assert parse_licenses("\n" + FORMAT.upper().lower() + "\nlicense:   GPL-3+  \n") == ["GPL-3+"]


def test_prose_is_not_understood() -> None:
    assert parse_licenses("This package was debianized by me.\nLicense: see below\n") == []
    assert parse_licenses("") == []
