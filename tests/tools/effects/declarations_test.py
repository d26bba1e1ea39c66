"""When the declarations of a package are followed: sysusers.d(5), tmpfiles.d(5)."""

from __future__ import annotations

import pytest

from tests.tools.effects.script import effects_of
from tools.effects.effect import NotReproduced, User


def test_declared_files_come_where_the_script_asks_for_them() -> None:
    files = {
        "/usr/lib/tmpfiles.d/tool.conf": "d /run/tool 0755 tool tool\n",
        "/usr/lib/sysusers.d/tool.conf": "g shared\n",
    }
    script = "adduser --system tool; systemd-tmpfiles --create tool.conf; chmod 700 /srv/tool"
    kinds = [effect.to_json()["kind"] for effect in effects_of(script, files)]
    assert kinds == ["group", "user", "directory", "needless", "ownership"]


@pytest.mark.parametrize(
    ("script", "homes"),
    [
        # What a script makes before it asks for the declaration is there, and stays.
        ("adduser --system --home /var/lib/tool tool; chown tool /srv", ["/var/lib/tool"]),
        ("adduser --system --home /srv/t tool; systemd-sysusers tool.conf", ["/srv/t"]),
        ("systemd-sysusers tool.conf; adduser --system other", ["/", "/nonexistent"]),
        ("[ $(getent passwd tool) ] || adduser --system --home /srv/t tool", ["/srv/t"]),
        ("adduser --system other; chown tool /srv", ["/", "/nonexistent"]),
        ("chown tool /srv", ["/"]),
    ],
)
def test_a_script_may_make_an_account_before_it_is_declared(script: str, homes: list[str]) -> None:
    found = effects_of(script, {"/usr/lib/sysusers.d/tool.conf": "u tool - - / -\n"})
    assert not [effect for effect in found if isinstance(effect, NotReproduced)]
    users = [effect for effect in found if isinstance(effect, User)]
    assert [user.home for user in users] == homes
    assert "ownership" not in [effect.to_json()["kind"] for effect in found[:1]]
