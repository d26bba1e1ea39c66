"""The source package that a binary package was built from, Debian Policy §5.6.1."""

from __future__ import annotations

from tools.errors import FormatError


def parse_source(field: str, package: str, version: str) -> tuple[str, str]:
    """Return the source's name and version, from the ``Source`` field of a binary package.

    The field is absent when both agree with the binary package, and has the form
    ``name (version)`` when the versions differ.

    Raises:
        FormatError: the field has another form.
    """
    if not field:
        return package, version
    name, opening, rest = field.partition("(")
    name = name.strip()
    if not name or " " in name or (opening and not rest.rstrip().endswith(")")):
        raise FormatError("Source field", field, "expected NAME or NAME (VERSION)")
    return name, (rest.rstrip()[:-1].strip() if opening else version)
