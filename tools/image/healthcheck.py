"""The health check of an image: ``Healthcheck`` of Docker's image configuration.

Docker Image Specification v1.3 (moby/docker-image-spec), "Image JSON Field Descriptions". The OCI
specification reserves no such field, and runtimes that do not know it ignore it.
"""

from __future__ import annotations

from tools.errors import PlinthError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_DURATIONS = {
    "interval": "Interval",
    "timeout": "Timeout",
    "start_period": "StartPeriod",
    "start_interval": "StartInterval",
}
_UNITS = {"ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
_LEAST = 10**6  # dockerd refuses less than a millisecond


class HealthcheckError(PlinthError):
    """A health check that no runtime would accept."""


def docker_healthcheck(options: Mapping[str, Any]) -> dict[str, Any]:
    """Make the value of ``Healthcheck``.

    Args:
        options: {"test": [words], "interval"?, "timeout"?, "start_period"?, "start_interval"?:
            durations such as "1m30s", "retries"?: number}. Without words, the image has no check,
            whatever its base has.

    Raises:
        HealthcheckError: a duration is malformed, or the program has no absolute path.
    """
    test = list(options["test"])
    if not test:
        return {"Test": ["NONE"]}
    if not test[0].startswith("/"):
        raise HealthcheckError(
            f"healthcheck: {test[0]!r} is not an absolute path\n"
            "  name a program of the image: there is no shell that would look for one"
        )
    result: dict[str, Any] = {"Test": ["CMD", *test]}
    for option, key in _DURATIONS.items():
        if options.get(option):
            result[key] = _nanoseconds(options[option], option)
    retries = options.get("retries", 0)
    if retries < 0:
        raise HealthcheckError(f"healthcheck: retries = {retries} is less than none")
    if retries:
        result["Retries"] = retries
    return result


def _nanoseconds(text: str, option: str) -> int:
    """Parse a duration of Go: numbers with units, the largest first."""
    total, rest = 0, text
    while rest:
        digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
        rest = rest[len(digits) :]
        unit = rest[: len(rest) - len(rest.lstrip("hms"))]
        rest = rest[len(unit) :]
        if not digits or unit not in _UNITS:
            total = 0
            break
        total += int(digits) * _UNITS[unit]
    if total < _LEAST:
        raise HealthcheckError(
            f"healthcheck: {option} = {text!r} is not a duration\n  write 500ms, 30s or 1m30s"
        )
    return total
