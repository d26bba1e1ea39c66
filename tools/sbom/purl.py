"""Package URLs: purl-spec, "Package URL specification" and "Package URL Type definitions"."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote


def package_url(
    kind: str,
    name: str,
    version: str = "",
    *,
    namespace: str = "",
    qualifiers: Mapping[str, str] | None = None,
) -> str:
    """Return the URL of a package.

    Args:
        kind: ``deb``, ``pypi``, ``npm``, ``generic``, ``oci``.
        name: in the form of its type.
        version: may be empty.
        namespace: may be empty; segments are separated by slashes.
        qualifiers: those with an empty value are left out.
    """
    path = "/".join(_quoted(part) for part in [*namespace.split("/"), name] if part)
    text = f"pkg:{kind}/{path}"
    if version:
        text += f"@{_quoted(version)}"
    # "Qualifiers are sorted lexicographically by their key."
    pairs = [
        f"{key}={_quoted(value)}" for key, value in sorted((qualifiers or {}).items()) if value
    ]
    return text + ("?" + "&".join(pairs) if pairs else "")


def _quoted(text: str) -> str:
    # The colon must not be encoded, whether unencoded or otherwise; slashes inside a part must.
    return quote(text, safe=":")
