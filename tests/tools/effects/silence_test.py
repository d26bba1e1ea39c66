"""Nothing that a script does is dropped: it is an effect, needless with a reason, or reported."""

from __future__ import annotations

import pytest

from tests.tools.effects.script import effects_of, shown
from tools.effects.effect import Needless, NotReproduced


@pytest.mark.parametrize(
    "script",
    [
        "find /etc/of-another -name '*.conf' -exec chmod 640 {} +",
        "find /etc/of-another -type d -empty -delete",
        "find /etc/of-another -type f | xargs rm",
        "find /etc/of-another -type f | while read f; do rm -f $f; done",
        "for f in $(find /etc/of-another -type f); do mv $f $f.old; done",
        "find /etc/of-another -name x | xargs -I{} cp {} /y",
        "cp /usr/share/of-another/*.conf /etc/x/",
        "mv /etc/of-another/*.conf /etc/x/",
        "/etc/of-another/*.sh",
        "perl -e 'unlink(\"/etc/x\")'",
        "perl -pe 'open(F, \">/etc/x\")' /etc/y",
        "perl -i -pe s/a/b/ /etc/y",
        "perl <<E\nprint 1\nE",
        "python3 -c 'open(\"/etc/x\", \"w\")'",
        "python3 - <<E\nimport os\nE",
        "awk '{ print > \"/etc/x\" }' /etc/y",
        "awk 'BEGIN { system(\"rm /etc/x\") }'",
        "sort -o /etc/x /etc/y",
        "dd if=/etc/y of=/etc/x",
        "gunzip /usr/share/x/y.gz",
        "gzip -9 /usr/share/x/y",
        "gcc -o /usr/bin/x x.c",
        "dpkg-deb -x /usr/share/x/y.deb /",
        "exec 3>/etc/x; echo a >&3",
        "exec > /etc/x; echo a",
        "exec 1>> /etc/x; cat /etc/y",
        "awk -f /usr/share/of-another/x.awk /etc/y",
        "su x -c 'touch /var/lib/x/y'",
        "eval \"$(cat /etc/of-another/script)\"",
        "sh -c \"$(cat /etc/of-another/script)\"",
        "cat /etc/of-another/script | sh",
        "ed /etc/x <<E\nw\nE",
        "unknown-program | cat > /etc/x",
        "( unknown-program )",
        "x=$(unknown-program)",
        "case $(cat /etc/of-another) in a) touch /etc/x ;; esac",
        "while read x; do touch /etc/$x; done < /etc/of-another",
        "set -- -f; while getopts f o; do touch /etc/x; done",
        ". /usr/share/apache2/apache2-maintscript-helper; apache2_invoke enmod $(cat /etc/a)",
        ". /usr/share/apache2/apache2-maintscript-helper; apache2_switch_mpm",
    ],
)  # fmt: skip
def test_what_is_not_understood_is_reported(script: str) -> None:
    found = [effect for effect in effects_of(script) if isinstance(effect, NotReproduced)]
    assert found
    assert all(effect.line >= 2 and effect.text and effect.reason for effect in found)


@pytest.mark.parametrize(
    "script",
    [
        "ssh-keygen -t ed25519 -f /etc/ssh/k",
        "ssh-keygen -A",
        "openssl req -x509 -newkey rsa:2048 -keyout /etc/x.key -out /etc/x.pem",
        "openssl dhparam -out /etc/x.pem 2048",
        "openssl rand -out /etc/x 32",
        "openssl rand -hex 32 > /etc/x",
        "pwgen -s 32 1 > /etc/x",
        "make-ssl-cert generate-default-snakeoil",
        "dbus-uuidgen --ensure",
        "certutil -N -d /etc/x",
        "pg_createcluster 17 main",
    ],
)
def test_what_each_container_makes_for_itself_is_reported(script: str) -> None:
    found = [effect for effect in effects_of(script) if isinstance(effect, NotReproduced)]
    assert [effect.text for effect in found] == [script]


@pytest.mark.parametrize(
    "script",
    [
        "ssh-keygen -l -f /etc/ssh/k",
        "openssl x509 -noout -in /etc/x.pem",
        "certutil -L -d /etc/x",
        "gunzip -c /usr/share/x/y.gz",
        "sort /etc/x",
        "dd if=/etc/y of=/dev/null",
        "perl -ne 'print if /a/' /etc/x",
        "awk -F: '$3 > 5 { print $1 }' /etc/passwd",
        "cat /etc/of-another",
        "exec 2>&1; exec > /dev/null",
        "sh <<E\necho a\nE",
    ],
)
def test_what_only_prints_is_nothing(script: str) -> None:
    assert effects_of(script) == []


@pytest.mark.parametrize(
    ("script", "effect"),
    [
        (
            "find /etc/of-another -type f -exec chmod 640 '{}' \\;",
            "ownership path=/etc/of-another mode=640 recursive=True only=file",
        ),
        (
            "find /etc/of-another -type d -print0 | xargs -0 chown x:y",
            "ownership path=/etc/of-another user=x group=y recursive=True only=directory",
        ),
        (
            "find /etc/of-another | xargs chgrp x",
            "ownership path=/etc/of-another group=x recursive=True",
        ),
        ("rm -rf /var/lib/of-another", "remove path=/var/lib/of-another recursive=True"),
        ("rm -f /etc/of-another/*.old", "remove path=/etc/of-another/*.old"),
        ("rmdir /var/lib/of-another", "remove path=/var/lib/of-another"),
        ("mv /etc/of-another /etc/x", "move path=/etc/of-another to=/etc/x"),
    ],
)
def test_what_is_done_to_the_files_of_others(script: str, effect: str) -> None:
    assert shown(effects_of(script)) == [effect]


def test_nothing_is_there_before_unpacking_but_what_an_earlier_version_left() -> None:
    found = effects_of(":", preinst="#!/bin/sh\nrm -f /etc/old; mv /etc/a /etc/b; rmdir /srv/x")
    assert found
    assert all(isinstance(effect, Needless) for effect in found)


def test_what_is_not_reproduced_is_reported_where_it_would_happen() -> None:
    (found,) = effects_of("if [ -x /usr/bin/of-another ]; then unknown-program; fi")
    assert found.to_json()["when"] == [["executable", "/usr/bin/of-another"]]
    assert isinstance(found, NotReproduced)


REPLACED = 'if [ "$(md5sum < /etc/old.conf)" = 1234 ]; then rm -f /etc/old.conf; fi'


def test_what_nothing_has_made_is_reported_only_where_it_is() -> None:
    (effect,) = effects_of(REPLACED)
    assert isinstance(effect, NotReproduced)
    assert effect.reason.endswith("about what an earlier version may have left")
    assert [(each.test, each.subject) for each in effect.when] == [("exists", "/etc/old.conf")]


@pytest.mark.parametrize(
    "before",
    [
        "unknown-tool && touch /etc/old.conf",
        "unknown-tool && cp -r /usr/share/tool /etc/old.conf/x",
        "unknown-tool > /etc/old.conf",
        "[ -e /etc/x ] && mv /etc/x /etc/old.conf",
    ],
)
def test_what_a_script_may_have_made_is_reported(before: str) -> None:
    effect = effects_of(f"{before}\n{REPLACED}")[-1]
    assert isinstance(effect, NotReproduced)
    assert effect.text == "rm -f /etc/old.conf"
    assert not effect.when


def test_a_file_of_the_package_is_reported() -> None:
    effect = effects_of("unknown-tool && rm /etc/old.conf", {"/etc/old.conf": "x"})[-1]
    assert isinstance(effect, NotReproduced)
    assert not effect.when


def test_settings_of_a_service_that_nothing_has_made_are_reported_where_they_are() -> None:
    script = "[ -r /etc/default/tool ] && . /etc/default/tool\nmkdir ${DIR:-/srv/a}"
    settings, made = effects_of(script)
    assert isinstance(settings, NotReproduced)
    assert [each.subject for each in settings.when] == ["/etc/default/tool"]
    assert shown([made]) == ["directory path=/srv/a"]
    copied = effects_of(f"cp /usr/share/tool/settings /etc/default/tool\n{script}")[-1]
    assert isinstance(copied, NotReproduced)
    assert "DIR" in copied.text


def test_what_only_boot_loaders_and_consoles_read_is_needless() -> None:
    script = 'sed -i "s/x/$(unknown-tool)/" {0}; unknown-tool > {0}; unknown-tool && rm {0}'
    for path, needless in (("/etc/default/grub", 3), ("/etc/default/tool", 0)):
        effects = effects_of(script.format(path), {path: "x"})
        assert sum(isinstance(effect, Needless) for effect in effects) == needless


def test_a_temporary_file_that_is_edited_in_an_unknown_way_counts_where_it_goes() -> None:
    script = 'T=$(mktemp)\necho x > $T\nsed -i "s/x/$(hostname)/" $T\n'
    assert effects_of(script) == []
    (effect,) = effects_of(f"{script}ucf $T /etc/tool.conf")
    assert isinstance(effect, NotReproduced)
    assert effect.line == 5
