"""Converts the names that packages give their licenses to SPDX license expressions.

Debian's short names: "Machine-readable debian/copyright file" 1.0, section 7. Python's classifiers:
"License ::" of the PyPA's list. SPDX: specification 2.3, annex D. A license without an identifier
of SPDX becomes a ``LicenseRef-``, and keeps its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_IDENTIFIERS = (
    "0BSD", "AFL-2.1", "AFL-3.0", "Apache-1.0", "Apache-1.1", "Apache-2.0", "Artistic-1.0",
    "Artistic-1.0-Perl", "Artistic-2.0", "BlueOak-1.0.0", "BSD-1-Clause", "BSD-2-Clause",
    "BSD-3-Clause", "BSD-4-Clause", "BSD-4-Clause-UC", "BSL-1.0", "bzip2-1.0.6", "CC-BY-3.0",
    "CC-BY-4.0", "CC-BY-SA-3.0", "CC-BY-SA-4.0", "CC0-1.0", "CDDL-1.0", "CDDL-1.1", "CPL-1.0",
    "curl", "EPL-1.0", "EPL-2.0", "FSFAP", "FSFUL", "FSFULLR", "FSFULLRWD", "FTL", "HPND",
    "HPND-sell-variant", "ICU", "IJG", "ISC", "JSON", "Latex2e", "Libpng", "libtiff", "MIT",
    "MIT-0", "MIT-open-group", "MPL-1.0", "MPL-1.1", "MPL-2.0", "MS-PL", "NCSA", "NTP",
    "OFL-1.0", "OFL-1.1", "OLDAP-2.8", "OpenSSL", "PHP-3.01", "PostgreSQL", "PSF-2.0",
    "Python-2.0", "Python-2.0.1", "QPL-1.0", "Ruby", "SMLNJ", "Sleepycat", "TCL", "Unicode-3.0",
    "Unicode-DFS-2015", "Unicode-DFS-2016", "Unlicense", "UPL-1.0", "Vim", "W3C", "WTFPL",
    "X11", "Xnet", "Zlib", "ZPL-2.1",
)  # fmt: skip
_OTHER_NAMES = {
    "apache": "Apache-2.0",
    "apache-2": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "artistic": "Artistic-1.0-Perl",
    "boost-1.0": "BSL-1.0",
    "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "3-clause bsd license": "BSD-3-Clause",
    "bsd 3-clause": "BSD-3-Clause",
    "new bsd": "BSD-3-Clause",
    "bsd-2-clause-freebsd": "BSD-2-Clause",
    "cc0": "CC0-1.0",
    "expat": "MIT",
    "isc license (iscl)": "ISC",
    "isc license": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "mpl": "MPL-1.1",
    "postgres": "PostgreSQL",
    "psf-2": "PSF-2.0",
    "python software foundation license": "PSF-2.0",
    "the unlicense (unlicense)": "Unlicense",
    "zlib/libpng": "Zlib",
    "gnu general public license v2 (gplv2)": "GPL-2.0-only",
    "gnu general public license v2 or later (gplv2+)": "GPL-2.0-or-later",
    "gnu general public license v3 (gplv3)": "GPL-3.0-only",
    "gnu general public license v3 or later (gplv3+)": "GPL-3.0-or-later",
    "gnu lesser general public license v3 (lgplv3)": "LGPL-3.0-only",
    "gnu lesser general public license v3 or later (lgplv3+)": "LGPL-3.0-or-later",
}
"""Names that mean a license of SPDX. Debian's "Expat" is SPDX's MIT, its "Artistic" Perl's."""

_KNOWN = {name.lower(): name for name in _IDENTIFIERS} | _OTHER_NAMES

_EXCEPTIONS = {
    "autoconf": "Autoconf-exception-generic",
    "autoconf-2.0": "Autoconf-exception-2.0",
    "autoconf-3.0": "Autoconf-exception-3.0",
    "bison": "Bison-exception-2.2",
    "bison-2.2": "Bison-exception-2.2",
    "classpath": "Classpath-exception-2.0",
    "font": "Font-exception-2.0",
    "gcc": "GCC-exception-3.1",
    "gcc-runtime-library": "GCC-exception-3.1",
    "libtool": "Libtool-exception",
    "llvm": "LLVM-exception",
}

# GPL, LGPL, AGPL and GFDL carry their version and perhaps a plus: GPL-2+ is GPL-2.0-or-later.
_GNU = re.compile(
    r"(A?GPL|LGPL|GFDL)(-NIV)?[ -]?v?([1-3])(?:\.([0-9]))?(?:\.0)?(\+|-only|-or-later)?", re.I
)
_NOT_ALLOWED = re.compile(r"[^A-Za-z0-9.-]+")

NOASSERTION = "NOASSERTION"


@dataclass(frozen=True, slots=True)
class License:
    """The license of a component.

    Attributes:
        expression: an SPDX license expression, or ``NOASSERTION``.
        others: names of the licenses that SPDX does not list, by their ``LicenseRef-``.
    """

    expression: str = NOASSERTION
    others: dict[str, str] = field(default_factory=dict)


def license_of(names: Iterable[str]) -> License:
    """Return one expression of all these licenses, for a whole component.

    Args:
        names: each a name, or several with "and", "or" and commas between them.
    """
    others: dict[str, str] = {}
    parts: dict[str, None] = {}
    for name in names:
        made = _expression(name, others) if name.strip() else ""
        # Without OR there are no brackets, so that every AND can be split.
        parts.update(dict.fromkeys([made] if " OR " in made else made.split(" AND ")))
    parts.pop("", None)
    if len(parts) > 1:
        return License(" AND ".join(_bracketed(part, "AND") for part in parts), others)
    return License("".join(parts) or NOASSERTION, others)


def _expression(text: str, others: dict[str, str]) -> str:
    """One ``License`` field; a comma binds weaker than the words (section 7.2 of the format)."""
    text = re.sub(r"\s+", " ", text.strip())
    for separator, word in _SEPARATORS:
        parts = [part for part in re.split(separator, text) if part.strip()]
        if len(parts) > 1:
            made = list(dict.fromkeys(_expression(part, others) for part in parts))
            if len(made) == 1:
                return made[0]
            return f" {word} ".join(_bracketed(part, word) for part in made)
    return _single(text.strip(" ()"), others)


_SEPARATORS = (
    (r"(?i), and/or |,? and/or ", "OR"),
    (r"(?i), or ", "OR"),
    (r"(?i), and |(?<=[0-9A-Za-z+]), ", "AND"),
    (r"(?i) or ", "OR"),
    (r"(?i) and ", "AND"),
)


def _bracketed(part: str, word: str) -> str:
    other = " OR " if word == "AND" else " AND "
    return f"({part})" if other in part else part


def _single(name: str, others: dict[str, str]) -> str:
    plain = name.removeprefix("License :: ").removeprefix("OSI Approved :: ")
    known = _KNOWN.get(plain.lower()) or _gnu(plain) or _with_exception(plain)
    if known:
        return known
    reference = "LicenseRef-" + (_NOT_ALLOWED.sub("-", plain).strip("-") or "unnamed")
    others.setdefault(reference, plain)
    return reference


def _gnu(name: str) -> str:
    match = _GNU.fullmatch(name)
    if not match:
        return ""
    family, niv, major, minor, plus = match.groups()
    invariants = "-no-invariants" if niv else ""
    ending = "-or-later" if (plus or "").lower() in {"+", "-or-later"} else "-only"
    return f"{family.upper()}-{major}.{minor or 0}{invariants}{ending}"


def _with_exception(name: str) -> str:
    license_name, word, exception = name.partition(" with ")
    if not word:
        return ""
    base = _KNOWN.get(license_name.lower()) or _gnu(license_name)
    short = exception.lower().removesuffix(" exception").removesuffix("-exception")
    found = _EXCEPTIONS.get(short.replace(" ", "-"))
    return f"{base} WITH {found}" if base and found else ""
