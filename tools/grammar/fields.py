"""The table of grammars, and the check of one field."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from tools.errors import PlinthError


class FieldError(PlinthError):
    """A field from outside does not match its grammar.

    Attributes:
        where: what has the field: file, package, digest.
        field: its name.
        problem: what is wrong, with the value such as may be printed.
    """

    def __init__(self, where: str, field: str, problem: str) -> None:
        self.where = where
        self.field = field
        self.problem = problem
        super().__init__(f"{where}: {problem}")


def check_text(kind: str, value: object, field: str, where: str) -> str:
    """Check a field that is a string.

    Args:
        kind: what it should be, one of :data:`KINDS`.
        value: what it is, as JSON has it; None if it is missing.
        field: its name, for the message.
        where: what has it, for the message.

    Raises:
        FieldError: it is something else.
    """
    problem = field_problem(kind, value, field)
    if problem or not isinstance(value, str):
        raise FieldError(where, field, problem or f"{field} should be text")
    return value


def check_size(value: object, field: str, where: str) -> int:
    """Check a field that is a number of bytes.

    Raises:
        FieldError: it is something else.
    """
    problem = field_problem("size", value, field)
    if problem or not isinstance(value, int):
        raise FieldError(where, field, problem or f"{field} should be a number")
    return value


def field_problem(kind: str, value: object, field: str) -> str | None:
    """Return what is wrong with one field, for people; None if nothing is."""
    if kind == "size":
        fits = type(value) is int and 0 <= value < _LARGEST_SIZE
        law = "a whole number of bytes, 0 or more"
    else:
        grammar = _GRAMMARS[kind]
        fits = isinstance(value, str) and grammar.matches(value)
        law = grammar.law
    if fits:
        return None
    if value is None:
        return f"{field} is missing; it should be {law}"
    return f"{field} = {shown(value)} should be {law}"


def matches(kind: str, text: str) -> bool:
    """Return whether a text is of a kind."""
    return _GRAMMARS[kind].matches(text)


def shown(value: object) -> str:
    """Return a value from outside in a form that is safe on every terminal.

    Returns:
        At most 80 characters of printable ASCII, as JSON writes them where JSON can.
    """
    if isinstance(value, str):
        # Before it is made longer: a hostile text may be gigabytes long.
        value = value[: 2 * _LONGEST_SHOWN]
    try:
        text = json.dumps(value).replace("\x7f", "\\u007f")
    except (TypeError, ValueError, RecursionError):
        text = f"a {type(value).__name__}"
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 3] + "..."


def readable_number(text: str) -> int | None:
    """Return a decimal number of ASCII digits below 2⁵³; None for anything else.

    ``int()`` takes spaces, signs, underscores and the digits of all scripts, and refuses thousands
    of digits with an error of its own.
    """
    if not _NUMBER.fullmatch(text):
        return None
    number = int(text)
    return number if number < _LARGEST_SIZE else None


_LARGEST_SIZE = 1 << 53
_LONGEST_SHOWN = 80
_LONGEST_TEXT = 4096
_NUMBER = re.compile(r"[0-9]{1,16}")


@dataclass(frozen=True, slots=True)
class _Grammar:
    """One kind of text: its pattern, its greatest length, and its rule in words."""

    pattern: re.Pattern[str]
    law: str
    longest: int = 214

    def matches(self, text: str) -> bool:
        return len(text) <= self.longest and self.pattern.fullmatch(text) is not None


def _of(pattern: str, law: str, longest: int = 214) -> _Grammar:
    return _Grammar(re.compile(pattern, re.ASCII | re.DOTALL), law, longest)


# What is allowed in paths: no empty segment, none that is . or ..
_SEGMENTS = r"(?!(?:.*/)?\.{{0,2}}(?:/|$))[{of}]+(?:/[{of}]+)*"
# RFC 3986: percent-encoding has two hexadecimal digits.
_URL_REST = r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})"
_HOST = (
    r"(?:[A-Za-z0-9\-._~\[!$&'()*+,;=\]]|%[0-9A-Fa-f]{2})"
    r"(?:[A-Za-z0-9\-._~:\[\]!$&'()*+,;=]|%[0-9A-Fa-f]{2})*"
)
_SEMVER_SUFFIX = r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*"
_NPM_NAME = (
    r"(?:@[A-Za-z0-9~-][A-Za-z0-9._~-]*/)?(?!(?:node_modules|favicon\.ico)(?:/|$))"
    r"[A-Za-z0-9~-][A-Za-z0-9._~-]*"
)
_CONTROL = "\x00-\x1f\x7f-\x9f"

_GRAMMARS: Mapping[str, _Grammar] = {
    # apk-tools' manual.
    "apk_version": _of(
        r"[0-9][A-Za-z0-9._~+-]*", "a digit, then letters, digits and ._~+- (apk-package(5))"
    ),
    "archive_name": _of(r"[A-Za-z0-9][A-Za-z0-9._-]*", "letters, digits and ._-"),
    # A name or a pattern in an archive. It may have letters of any language.
    "archive_path": _of(
        _SEGMENTS.format(of=rf"^/\\{_CONTROL}"),
        "a relative path without .., backslashes and control characters",
        _LONGEST_TEXT,
    ),
    "debian_architecture": _of(
        r"[a-z0-9][a-z0-9-]*", "lower-case letters, digits and - (Debian Policy 11.1)", 32
    ),
    "debian_name": _of(
        r"[a-z0-9][a-z0-9+.-]+",
        "at least two of lower-case letters, digits and +-. (Debian Policy 5.6.7)",
    ),
    # A colon is part of the upstream version only after an epoch.
    "debian_version": _of(
        r"(?!.*-$)(?:[0-9]{1,10}:[A-Za-z0-9][A-Za-z0-9.+~:-]*|[A-Za-z0-9][A-Za-z0-9.+~-]*)",
        "[EPOCH:]UPSTREAM[-REVISION] (Debian Policy 5.6.12)",
    ),
    # What package managers install, whatever Policy says: dpkg(1), apk-package(5).
    "installed_name": _of(r"(?!\.{1,2}$)[A-Za-z0-9_.][A-Za-z0-9+_.-]*", "letters, digits and +_.-"),
    "integrity": _of(
        r"sha256-[A-Za-z0-9+/]{43}=|sha384-[A-Za-z0-9+/]{64}|sha512-[A-Za-z0-9+/]{86}==",
        "sha256-, sha384- or sha512- and the digest in base64 (Subresource Integrity)",
    ),
    "media_type": _of(
        r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}",
        "TYPE/SUBTYPE (RFC 6838)",
        255,
    ),
    "mirror": _of(
        rf"snapshot|(?:https?://{_HOST}|file://)(?:/(?!.*[?#]){_URL_REST}*)?",
        "an http, https or file URL without user name, query and fragment, or snapshot",
        _LONGEST_TEXT,
    ),
    "npm_name": _of(_NPM_NAME, "NAME or @SCOPE/NAME, as the npm registry allows it"),
    "npm_path": _of(
        rf"node_modules/{_NPM_NAME}(?:/node_modules/{_NPM_NAME})*",
        "node_modules/NAME, or such paths in one another",
        _LONGEST_TEXT,
    ),
    "npm_version": _of(
        rf"[0-9]+\.[0-9]+\.[0-9]+(?:-{_SEMVER_SUFFIX})?(?:\+{_SEMVER_SUFFIX})?",
        "MAJOR.MINOR.PATCH (Semantic Versioning 2.0.0)",
        256,
    ),
    # OCI image spec, "Digests". Images are pinned by SHA-256; layers of others may have SHA-512.
    "oci_digest": _of(
        r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}",
        "sha256: and 64, or sha512: and 128, hexadecimal digits in lower case",
    ),
    "oci_repository": _of(
        r"(?:[A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:]+\])(?::[0-9]{1,5})?"
        r"(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)+",
        "HOST/NAME (OCI distribution spec)",
        469,
    ),
    # OCI image spec, "Platform Variants": values of GOARM; of GOARCH and GOOS.
    "oci_variant": _of(
        r"[a-z0-9][a-z0-9.]*",
        "lower-case letters, digits and . (OCI image spec)",
        32,
    ),
    "oci_word": _of(r"[a-z0-9]+", "lower-case letters and digits (OCI image spec)", 32),
    # Debian Policy 5.6.19. Flat repositories begin paths with ./; some archives write an epoch's
    # colon, a plus or a tilde as an escape.
    "pool_path": _of(
        r"(?:\./)?(?!(?:.*/)?\.{0,2}(?:/|$))"
        r"(?:[A-Za-z0-9+._~:^,=/-]|%3[aA]|%2[bB]|%7[eE])+",
        "a path below the archive's root, of letters, digits and +._~:^,=-/",
        _LONGEST_TEXT,
    ),
    "pypi_name": _of(
        r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?", "letters, digits and ._- (PEP 508)"
    ),
    # PEP 440, with the spellings that it normalizes; without wildcards.
    "pypi_version": _of(r"[0-9vV](?:[A-Za-z0-9.!+_-]*[A-Za-z0-9])?", "a version (PEP 440)", 128),
    # PyPA, "Entry points specification": the name of a program of a wheel.
    "script_name": _of(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*", "letters, digits and _.+-", 128),
    "sha256": _of(r"[0-9a-f]{64}", "64 hexadecimal digits in lower case"),
    "sha512": _of(r"[0-9a-f]{128}", "128 hexadecimal digits in lower case"),
    "stamp": _of(r"[0-9]{8}T[0-9]{6}Z", "a time such as 20261121T091544Z"),
    "suite": _of(r"/|\./|(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9+._~/-]*", "letters, digits and +._~/-"),
    "text": _of(rf"[^{_CONTROL}]+", "text of one line without control characters", _LONGEST_TEXT),
    # RFC 3986, without user information: it would end up in locks, logs and reports.
    "url": _of(
        rf"(?:https?://{_HOST}(?:[/?#]{_URL_REST}*)?|file://(?:/{_URL_REST}*)?)",
        "an http, https or file URL without user name",
        _LONGEST_TEXT,
    ),
    # PEP 427.
    "wheel_filename": _of(
        r"[A-Za-z0-9][A-Za-z0-9._+!]*(?:-[A-Za-z0-9._+!]+){4,5}\.whl",
        "NAME-VERSION-PYTHON-ABI-PLATFORM.whl (PEP 427)",
        255,
    ),
}

KINDS = tuple(sorted((*_GRAMMARS, "size")))
"""Every kind of field that is known."""
