"""Names of licenses become SPDX license expressions."""

from __future__ import annotations

import json
import sys
from importlib import resources

import pytest
from license_expression import get_spdx_licensing

from tools.sbom import licenses
from tools.sbom.licenses import license_of


@pytest.mark.parametrize(
    ("name", "expression"),
    [
        ("Expat", "MIT"),
        ("GPL-2+", "GPL-2.0-or-later"),
        ("GPL-2", "GPL-2.0-only"),
        ("LGPL-2.1+", "LGPL-2.1-or-later"),
        ("GPL-3.0-or-later", "GPL-3.0-or-later"),
        ("GFDL-NIV-1.3+", "GFDL-1.3-no-invariants-or-later"),
        ("BSD-3-clause", "BSD-3-Clause"),
        ("GPL-2+ or Artistic", "GPL-2.0-or-later OR Artistic-1.0-Perl"),
        ("Expat and ISC", "MIT AND ISC"),
        ("GPL-1+ or Artistic, and Expat", "(GPL-1.0-or-later OR Artistic-1.0-Perl) AND MIT"),
        ("Expat and/or ISC", "MIT OR ISC"),
        ("GPL-3+ with Autoconf exception", "GPL-3.0-or-later WITH Autoconf-exception-generic"),
        ("License :: OSI Approved :: MIT License", "MIT"),
        ("MIT OR Apache-2.0", "MIT OR Apache-2.0"),
    ],
)
def test_known_names(name: str, expression: str) -> None:
    assert license_of([name]).expression == expression


def test_what_spdx_does_not_list_keeps_its_name() -> None:
    found = license_of(["BSD-variant / with frills"])
    assert found.expression == "LicenseRef-BSD-variant-with-frills"
    assert found.others == {"LicenseRef-BSD-variant-with-frills": "BSD-variant / with frills"}


def test_all_licenses_of_a_package_each_once() -> None:
    assert license_of(["Expat and ISC", "GPL-2 or ISC", "ISC", "MIT"]).expression == (
        "MIT AND ISC AND (GPL-2.0-only OR ISC)"
    )


def test_nothing_known_is_nothing_asserted() -> None:
    assert license_of([]).expression == "NOASSERTION"
    assert license_of([" "]).expression == "NOASSERTION"


def test_every_identifier_is_one_of_spdx() -> None:
    text = resources.files("cyclonedx.schema._res").joinpath("spdx.SNAPSHOT.schema.json")
    listed = set(json.loads(text.read_text())["enum"])
    made = set(licenses._KNOWN.values())
    assert made <= listed, sorted(made - listed)
    exceptions = set(licenses._EXCEPTIONS.values())
    symbols = get_spdx_licensing().known_symbols
    assert exceptions <= set(symbols), sorted(exceptions - set(symbols))
    assert sys.modules.get("requests") is None, "nothing is looked up"
