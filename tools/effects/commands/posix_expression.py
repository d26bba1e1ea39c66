"""Regular expressions of POSIX, as grep and sed read them."""

from __future__ import annotations

import re


def posix_expression(pattern: str, *, extended: bool) -> str:
    """Return a POSIX regular expression as one of Python."""
    classes = {
        "[:space:]": r"\s", "[:blank:]": " \t", "[:alnum:]": "a-zA-Z0-9", "[:alpha:]": "a-zA-Z",
        "[:digit:]": "0-9", "[:upper:]": "A-Z", "[:lower:]": "a-z", "[:punct:]": "!-/:-@",
    }  # fmt: skip
    for name, value in classes.items():
        pattern = pattern.replace(name, value)
    if extended:
        return pattern
    # In a basic expression a backslash makes these special, not plain.
    pattern = re.sub(
        r"(\[[^]]*\])|\\([(){}|+?])|([(){}|+?])",
        lambda match: match[1] or match[2] or "\\" + match[3],
        pattern,
    )
    return re.sub(r"^\*", r"\\*", pattern)
