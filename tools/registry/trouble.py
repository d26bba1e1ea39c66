"""Describes why a registry refuses, cannot be reached, or is not trusted."""

from __future__ import annotations

import email.utils
import socket
import urllib.parse
from collections.abc import Iterator

import requests

from tools.errors import is_clock_right
from tools.grammar.fields import readable_number
from tools.registry.errors import RegistryError

PASSING = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)
"""Statuses that another attempt may not meet again."""

_PASSING_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
# What a manifest names is pushed before it. A registry can still miss it for a moment: while
# another push writes the same again, or until its storage shows it.
_PASSING_CODES = frozenset({"MANIFEST_BLOB_UNKNOWN"})
_ABSENT = (
    "check the names, create the repository, or log in: registries hide what an account may not see"
)


def may_pass(trouble: RegistryError) -> bool:
    """Return whether the same request may be answered later."""
    return not trouble.final and (
        trouble.status == 0
        or trouble.status in _PASSING_STATUS
        or not _PASSING_CODES.isdisjoint(trouble.codes)
    )


def refusal(registry: str, method: str, path: str, answer: requests.Response) -> RegistryError:
    """Return the error of an answer with an unexpected status; its body has been read.

    Args:
        registry: who answers.
        method: of the request.
        path: path or URL of the request.
        answer: the answer.
    """
    status = answer.status_code
    remedy = {
        401: f"log in first: docker login {registry}",
        403: "your account does not have permission to do this",
        404: _ABSENT,
    }.get(status, "try again later" if status in _PASSING_STATUS else "ask who runs the registry")
    shown = urllib.parse.urlsplit(path).path
    errors = _errors(answer)
    said = "".join("\n    " + " ".join(f"{code}: {text}"[:500].split()) for code, text in errors)
    return RegistryError(
        registry,
        f"{method} {shown}: {status} {answer.reason}{said}",
        remedy,
        status=status,
        codes=tuple(code for code, _ in errors),
        retry_after=_retry_after(answer),
    )


def unreachable(registry: str, error: Exception) -> RegistryError:
    """Return the error of a request that got no answer."""
    if is_distrust(error):
        said = innermost(error)
        untimely = "expired" in said or "not yet valid" in said
        return RegistryError(
            registry,
            f"its TLS certificate is not trusted here: {said}",
            is_clock_right()
            if untimely
            else "name the authority's PEM file: --ca-file FILE, or SSL_CERT_FILE",
            final=True,
        )
    if isinstance(error, requests.exceptions.SSLError):
        return RegistryError(
            registry,
            f"does not speak TLS: {innermost(error)}",
            "to allow plain http, use --insecure",
            final=True,
        )
    return RegistryError(
        registry,
        f"cannot be reached: {innermost(error)}",
        "check its name, the network and the proxy settings, or try again later",
        final=_is_unknown(error),
    )


def is_distrust(error: Exception) -> bool:
    """Return whether a certificate is of an unknown authority."""
    return "CERTIFICATE_VERIFY_FAILED" in str(error)


def innermost(error: BaseException) -> str:
    """Return the original error, without the wrappers of libraries."""
    for cause in _causes(error):
        error = cause
    return str(error.args[-1] if error.args else error)


def _is_unknown(error: Exception) -> bool:
    """Return whether no host has that name; a host that does not answer is another matter."""
    return any(
        isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_NONAME
        for cause in _causes(error)
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen = 0
    current: BaseException | None = error
    while current is not None and seen < 10:
        yield current
        seen += 1
        reason = getattr(current, "reason", None)
        inner = next((item for item in current.args if isinstance(item, BaseException)), None)
        current = reason if isinstance(reason, BaseException) else inner or current.__cause__


def _retry_after(answer: requests.Response) -> float:
    """Return the seconds that a registry asks us to wait (RFC 9110 §10.2.3); 0 if none."""
    text = answer.headers.get("Retry-After", "")
    seconds = readable_number(text)
    if seconds is not None:
        return float(seconds)
    try:
        date = email.utils.parsedate_to_datetime(text)
        now = email.utils.parsedate_to_datetime(answer.headers.get("Date", ""))
        return max((date - now).total_seconds(), 0.0)
    except (ValueError, TypeError, OverflowError):
        return 0.0


def _errors(answer: requests.Response) -> list[tuple[str, str]]:
    """Return codes and messages in the body of an error: distribution spec, "Error Codes"."""
    try:
        errors = answer.json()["errors"]
        return [(str(item["code"]), str(item.get("message", ""))) for item in errors[:10]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []
