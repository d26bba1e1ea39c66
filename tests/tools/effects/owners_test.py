"""Owners that scripts look at before they set them: on a first installation, all is root's."""

from __future__ import annotations

import pytest

from tests.tools.effects.script import effects_of, shown
from tools.effects.effect import NotReproduced, Ownership

POSTGRES = "adduser --system --group postgres; mkdir -p /var/lib/p;"
FILES = {"/etc/bind/": "", "/etc/bind/a.conf": "a", "/etc/bind/empty/": ""}


@pytest.mark.parametrize(
    ("script", "effects"),
    [
        (
            f'{POSTGRES} su -s /bin/sh postgres -c "test -O /var/lib/p && test -G /var/lib/p" ||'
            " chown postgres:postgres /var/lib/p",
            ["ownership path=/var/lib/p user=postgres group=postgres"],
        ),
        ("runuser -u x -- test -O /etc/bind || chown x /etc/bind", [
            "ownership path=/etc/bind user=x"
        ]),
        ("test -O /etc/bind || chown root /etc/bind", []),
        ("uid=$(ls -ln /etc/bind/a.conf | awk '{print $3}'); [ $uid = 0 ] && chown x /etc/bind", [
            "ownership path=/etc/bind user=x"
        ]),
        ("[ \"$(ls -ld /etc/bind | awk '{print $4}')\" = bind ] || chgrp bind /etc/bind", [
            "ownership path=/etc/bind group=bind"
        ]),
        ('[ "$(stat -c %U /etc/bind)" != x ] && chown x /etc/bind', [
            "ownership path=/etc/bind user=x"
        ]),
        ('find /etc/bind ! -uid "$(id -u x)" -print0 | xargs -0 -r chown x', [
            "ownership path=/etc/bind user=x",
            "ownership path=/etc/bind/a.conf user=x",
            "ownership path=/etc/bind/empty user=x",
        ]),
        ("find /etc/bind -type f -not -group x -print0 | xargs -0 chgrp x", [
            "ownership path=/etc/bind/a.conf group=x"
        ]),
        ("find /etc/bind ! -uid 0 -print0 -or ! -gid 0 -print0 | xargs -0 -r sudo chown 0:0", []),
        ("find /etc/bind -user x -o -name '*.conf' | xargs chmod 640", [
            "ownership path=/etc/bind/a.conf mode=640"
        ]),
        ("find /etc/bind -type d -empty | xargs chmod 700", [
            "ownership path=/etc/bind/empty mode=700"
        ]),
    ],
)  # fmt: skip
def test_owners(script: str, effects: list[str]) -> None:
    found = effects_of(script, FILES)
    assert not [effect for effect in found if isinstance(effect, NotReproduced)]
    assert shown([effect for effect in found if isinstance(effect, Ownership)]) == effects


@pytest.mark.parametrize(
    "script",
    [
        "chown x /etc/bind; [ $(stat -c %U /etc/bind) = root ] && chown y /etc/bind",
        "[ $(ls -l /etc/bind/a.conf | awk '{print $5}') = 1 ] && chown y /etc/bind",
        "sudo -u x mkdir /etc/a",
        "find /etc/bind -size +1 -o -name x -delete",
    ],
)
def test_what_is_not_known(script: str) -> None:
    assert [effect for effect in effects_of(script, FILES) if isinstance(effect, NotReproduced)]


def test_a_directory_made_unless_it_is_there_has_what_is_found_in_it() -> None:
    script = """
        if [ ! -d /var/lib/m ] && [ ! -L /var/lib/m ]; then mkdir /var/lib/m; fi
        find /var/lib/m ! -user m -print0 | xargs -0 chown m
    """
    assert shown(effects_of(script))[-1] == "ownership path=/var/lib/m user=m"
