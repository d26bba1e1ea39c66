"""Checks the options of an image: OCI image spec, "OCI Image Configuration".

Runtimes report a wrong one when the container starts, or ignore it.
"""

from __future__ import annotations

from tools.errors import PlinthError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

# signal(7): the names that every Linux has.
_SIGNALS = frozenset(
    (
        "ABRT", "ALRM", "BUS", "CHLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "KILL", "PIPE",
        "POLL", "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP",
        "TTIN", "TTOU", "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ",
    )
)  # fmt: skip
_LAST_SIGNAL = 64
_LAST_PORT = 65535
_PROTOCOLS = ("", "tcp", "udp", "sctp")


class OptionError(PlinthError):
    """An option of an image has a value that no runtime accepts.

    Attributes:
        option: its name, as of the rule's attribute.
        value: the offending value.
    """

    def __init__(self, option: str, value: str, problem: str, cure: str) -> None:
        self.option = option
        self.value = value
        super().__init__(f"image: {option}: {value!r} is {problem}\n  {cure}")


def check_options(options: Mapping[str, Any]) -> None:
    """Check the user's options of an image, but not those of its base.

    Args:
        options: as ``build_config`` takes them.

    Raises:
        OptionError: a value does not have the form of the specification, or of a runtime.
    """
    user = options.get("user") or ""
    if user and not _is_user(user):
        raise OptionError("user", user, "no user", "Write UID, UID:GID, or names of accounts.")
    for port in options.get("exposed_ports", ()):
        if not _is_port(port):
            raise OptionError("exposed_ports", port, "no port", "Write 8080, 8080/tcp or 53/udp.")
    workdir = options.get("workdir") or "/"
    if not workdir.startswith("/"):
        raise OptionError("workdir", workdir, "not an absolute path", f"Write /{workdir}.")
    for volume in options.get("volumes", ()):
        if not volume.startswith("/"):
            raise OptionError("volumes", volume, "not an absolute path", f"Write /{volume}.")
    signal = options.get("stop_signal") or ""
    if signal and not _is_signal(signal):
        raise OptionError("stop_signal", signal, "no signal", "Write SIGTERM, SIGINT, SIGQUIT, ….")
    created = options.get("created") or ""
    if created and not _is_time(created):
        raise OptionError("created", created, "no time", "Write 2026-01-31T12:00:00Z (RFC 3339).")
    for option in ("labels", "annotations"):
        if "" in options.get(option, {}):
            raise OptionError(option, "", "no name", "Give it one, or take it out.")


def _is_user(user: str) -> bool:
    # `:` parts user and group; passwd(5) has no name with white space.
    parts = user.split(":")
    return len(parts) <= 2 and all(part and not any(map(str.isspace, part)) for part in parts)


def _is_port(port: str) -> bool:
    number, _, protocol = port.partition("/")
    return (
        number.isascii()
        and number.isdigit()
        and 0 < int(number) <= _LAST_PORT
        and protocol in _PROTOCOLS
        and not port.endswith("/")
    )


def _is_signal(signal: str) -> bool:
    if signal.isascii() and signal.isdigit():
        return 0 < int(signal) <= _LAST_SIGNAL
    name = signal.removeprefix("SIG")
    if name.startswith(("RTMIN", "RTMAX")):
        offset = name[len("RTMIN") :]
        return not offset or (offset[0] in "+-" and offset[1:].isdigit())
    return name in _SIGNALS


def _is_time(text: str) -> bool:
    # RFC 3339, 5.6: a date, a time with seconds, and how far it is from UTC.
    shape = "".join("0" if each.isascii() and each.isdigit() else each for each in text.upper())
    if not shape.startswith(_TIME):
        return False
    rest = shape[len(_TIME) :]
    if rest.startswith(".0"):
        rest = rest[1:].lstrip("0")
    month, day = int(text[5:7]), int(text[8:10])
    hour, minute, second = (int(text[at : at + 2]) for at in (11, 14, 17))
    return (
        rest in ("Z", "+00:00", "-00:00")
        and 1 <= month <= 12
        and 1 <= day <= 31
        and hour <= 23
        and minute <= 59
        and second <= 60
    )


_TIME = "0000-00-00T00:00:00"
