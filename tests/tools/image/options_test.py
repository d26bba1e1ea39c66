"""Options that no runtime understands are refused; all that runtimes understand is taken."""

from __future__ import annotations

from typing import Any

import pytest

from tools.image.options import OptionError, check_options


@pytest.mark.parametrize(
    ("option", "good", "bad"),
    [
        ("user", ["", "0", "65532:65532", "www-data", "app:users"], [":", "0:", "a b", "1:2:3"]),
        ("workdir", ["", "/", "/srv/app"], ["srv", "./x"]),
        ("volumes", [["/data", "/var/lib"]], [["data"], ["/data", ""]]),
        (
            "exposed_ports",
            [["80", "8080/tcp", "53/udp", "65535/sctp"]],
            [["http"], ["0"], ["65536"], ["80/"], ["80/http"], ["80-90"], ["٨٠"]],
        ),
        (
            "stop_signal",
            ["", "SIGTERM", "TERM", "SIGRTMIN+3", "RTMAX-1", "15"],
            ["SIGSTOPPED", "sigterm", "0", "65", "RTMIN+", "SIG"],
        ),
        (
            "created",
            ["", "2026-01-31T12:00:00Z", "2026-01-31t12:00:00.25z", "2026-01-31T12:00:00+02:00"],
            ["yesterday", "2026-01-31", "2026-13-31T12:00:00Z", "2026-01-31T12:00:00"],
        ),
        ("labels", [{}, {"a": ""}], [{"": "a"}]),
        ("annotations", [{}, {"a": ""}], [{"": "a"}]),
    ],
)
def test_an_option(option: str, good: list[Any], bad: list[Any]) -> None:
    for value in good:
        check_options({option: value})
    for value in bad:
        with pytest.raises(OptionError, match=f"^image: {option}: .* is (no|not) ") as refused:
            check_options({option: value})
        assert refused.value.option == option
