"""Package URLs are what the library of their inventors reads back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from packageurl import PackageURL

from tools.sbom.distribution import Distribution
from tools.sbom.purl import package_url

TEXT = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1)


def test_a_debian_package() -> None:
    debian = Distribution("debian", "13", "trixie")
    assert debian.purl(
        "deb", "libstdc++6", "1:14.2~rc1-19+b2", "amd64", ("gcc-14", "1:14.2~rc1-19")
    ) == (
        "pkg:deb/debian/libstdc%2B%2B6@1:14.2~rc1-19%2Bb2"
        "?arch=amd64&distro=debian-13&upstream=gcc-14%401:14.2~rc1-19"
    )
    assert debian.purl("deb", "hello", "1", "all", ("hello", "1")) == (
        "pkg:deb/debian/hello@1?arch=all&distro=debian-13"
    )


def test_a_distribution_without_versions_has_a_codename() -> None:
    assert "distro=debian-forky" in Distribution("debian", "", "forky").purl(
        "deb", "hello", "1", "all", ("hello", "1")
    )


def test_a_package_of_an_older_release_says_so() -> None:
    debian = Distribution("debian", "13", "trixie")
    java = debian.purl("deb", "java", "17.0.21+9-1~deb12u1", "all", ("java", "17.0.21+9-1~deb12u1"))
    assert java.endswith("&distro=debian-12")
    assert debian.of_package("2.41-12+deb13u5") == debian.of_package("2.41-12") == debian
    assert debian.of_package("1~deb12u1+b1") == debian  # a version of something else's making


@given(TEXT, TEXT, TEXT)
def test_whatever_is_written_is_read_back(name: str, version: str, value: str) -> None:
    purl = PackageURL.from_string(
        package_url("generic", name.strip("/"), version, qualifiers={"checksum": value})
    ) if name.strip("/") else None  # fmt: skip
    if purl:
        assert (purl.name, purl.version) == (name.strip("/"), version)
        assert purl.qualifiers == {"checksum": value}
