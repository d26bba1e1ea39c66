"""What the commands of maintainer scripts do, each by a line as packages have it."""

from __future__ import annotations

import pytest

from tests.tools.effects.script import effects_of, shown
from tools.effects.effect import Needless, NotReproduced


@pytest.mark.parametrize(
    ("script", "effects"),
    [
        (
            "update-alternatives --install /usr/bin/awk awk /usr/bin/mawk 5"
            " --slave /usr/bin/nawk nawk /usr/bin/mawk",
            [
                "alternative link=/usr/bin/awk name=awk path=/usr/bin/mawk priority=5"
                " slaves=[['/usr/bin/nawk', 'nawk', '/usr/bin/mawk']]"
            ],
        ),
        (
            "update-alternatives --quiet --set awk /usr/bin/gawk",
            ["alternative-choice name=awk path=/usr/bin/gawk"],
        ),
        (
            "adduser --system --group --home /var/lib/x --no-create-home --gecos 'X Y' _x",
            [
                "group name=_x",
                "user name=_x group=_x home=/var/lib/x comment=X Y",
            ],
        ),
        (
            "adduser --system --home /var/lib/x --shell /bin/sh x",
            ["user name=x group=nogroup home=/var/lib/x shell=/bin/sh create_home=True"],
        ),
        ("addgroup --system --gid 42 x", ["group name=x gid=42"]),
        ("adduser x ssl-cert", ["member user=x group=ssl-cert"]),
        (
            "useradd -r -M -d /var/x -g games -s /bin/false x",
            ["user name=x group=games home=/var/x shell=/bin/false made_by=useradd"],
        ),
        ("groupadd -r x", ["group name=x made_by=useradd"]),
        ("usermod -a -G adm,tty x", ["member user=x group=adm", "member user=x group=tty"]),
        ("usermod --home /srv x", ["user-change name=x home=/srv"]),
        ("gpasswd -a x adm", ["member user=x group=adm"]),
        ("mkdir -p -m 750 /var/lib/x/", ["directory path=/var/lib/x mode=750"]),
        (
            "install -d -o x -g y -m 2755 /var/log/x",
            ["directory path=/var/log/x mode=2755 user=x group=y"],
        ),
        ("ln -sf ../a /etc/b", ["symlink path=/etc/b target=../a replace=True"]),
        ("ln -s /usr/share/a /etc/", ["symlink path=/etc/a target=/usr/share/a"]),
        ("ln -sr /etc/a/b /etc/c/d", ["symlink path=/etc/c/d target=../a/b"]),
        ("chown -R x:adm /var/log/x",
         ["ownership path=/var/log/x user=x group=adm recursive=True"]),
        ("chgrp x /a; chmod g+ws,o= /a",
         ["ownership path=/a group=x", "ownership path=/a mode=g+ws,o="]),
        ("chown x: /a", ["ownership path=/a user=x group=x"]),
        (
            "dpkg-statoverride --list /usr/bin/x >/dev/null ||"
            " dpkg-statoverride --update --add root _ssh 2755 /usr/bin/x",
            ["ownership path=/usr/bin/x user=root group=_ssh mode=2755"],
        ),
        (
            "dpkg-divert --package x --add --rename --divert /a.real /a",
            ["diversion path=/a to=/a.real"],
        ),
        ("dpkg-trigger --no-await x", ["trigger name=x"]),
        ("setcap cap_net_raw+ep /usr/bin/x", ["capability path=/usr/bin/x text=cap_net_raw+ep"]),
        ("echo a >> /etc/x", ["file path=/etc/x content=a\n append=True"]),
        ("cat > /etc/x <<E\na\nE", ["file path=/etc/x content=a\n"]),
        ("umask 077; echo a > /etc/x", ["file path=/etc/x content=a\n mode=0600"]),
        ("touch /var/log/x", ["file path=/var/log/x keep=True"]),
        ("mkfifo -m 600 /a", ["device path=/a type=p mode=600"]),
        ("t=$(mktemp); echo a > $t; chmod 640 $t; mv $t /etc/x",
         ["file path=/etc/x content=a\n mode=640"]),
        ("echo a > /etc/x; sed -i 's/a/b/;/^c/d' /etc/x",
         ["file path=/etc/x content=a\n", "file path=/etc/x content=b\n"]),
        ("glib-compile-schemas /usr/share/s",
         ["command name=glib-compile-schemas arguments=['/usr/share/s']"]),
        ("/usr/lib/x/gdk-pixbuf-query-loaders > /usr/lib/x/loaders.cache",
         ["command name=gdk-pixbuf-query-loaders"]),
        (". /usr/share/apache2/apache2-maintscript-helper; apache2_invoke enmod rewrite",
         ["command name=a2enmod arguments=['-m', 'rewrite']"]),
        (". /usr/share/apache2/apache2-maintscript-helper; ret=0; a2query -m php8.4 || ret=$?;"
         " [ $ret -eq 0 ] || [ $ret -eq 32 ] || case $(a2query -M) in prefork) ;;"
         " *) apache2_switch_mpm prefork && apache2_invoke enmod php8.4;; esac",
         ["command name=a2dismod arguments=['-m', 'mpm_event']",
          "command name=a2enmod arguments=['-m', 'mpm_prefork']",
          "command name=a2enmod arguments=['-m', 'php8.4']"]),
        ("if [ -e /a ]; then f() { mkdir /x; return 0; }; else f() { return 1; }; fi;"
         " if f; then mkdir /y; fi",
         ["directory when=[['exists', '/a']] path=/x",
          "directory when=[['exists', '/a']] path=/y"]),
        ("mkdir /$(printf 'ab\\nb\\nac\\n' | sed -n 's/^a\\(.\\)/x\\1/p' | tail -n 1)",
         ["directory path=/xc"]),
        ("mkdir /$(printf 'ab\\nb\\nac\\n' | sed -n '/^b/p')", ["directory path=/b"]),
        ("f() { if [ -e /a ]; then return 0; else return 1; fi; }; if f; then mkdir /y; fi",
         ["directory when=[['exists', '/a']] path=/y"]),
        (". /usr/lib/php/php-maintscript-helper; php_invoke enmod 8.4 ALL curl",
         ["command name=phpenmod arguments=['-v', '8.4', '-s', 'ALL', 'curl']"]),
        ("if ! getent passwd x >/dev/null; then addgroup x; fi",
         ["group when=[['no-user', 'x']] name=x system=False"]),
        ("getent group adm | { IFS=: read n p g r; mkdir /srv/$g; }", ["directory path=/srv/4"]),
    ],
)  # fmt: skip
def test_a_command(script: str, effects: list[str]) -> None:
    found = [text.replace(" when=", " when=") for text in shown(effects_of(script))]
    assert [sorted(text.split(" ")) for text in found] == [
        sorted(text.split(" ")) for text in effects
    ]


@pytest.mark.parametrize(
    "script",
    [
        "deb-systemd-helper enable x.service",
        "invoke-rc.d x start || true",
        "py3compile -p x",
        "dpkg-maintscript-helper rm_conffile /etc/x 1.0 -- \"$@\"",
        "update-alternatives --remove x /usr/bin/x",
        "ucfr tool /etc/x",
    ],
)  # fmt: skip
def test_what_a_container_does_not_need_has_a_reason(script: str) -> None:
    effects = effects_of(script)
    assert effects
    assert all(isinstance(effect, Needless) and effect.reason for effect in effects)


def test_ucf_takes_long_options_with_one_hyphen() -> None:
    (effect,) = effects_of("ucf -three-way --debconf-ok /usr/share/x /etc/x")
    assert shown([effect]) == shown(effects_of("ucf --three-way /usr/share/x /etc/x"))
    assert not isinstance(effect, NotReproduced)


def test_a_copy_has_the_content_of_a_file_of_the_package() -> None:
    files = {"/usr/share/tool/default": "a = 1\n"}
    ucf, cp = effects_of(
        "ucf /usr/share/tool/default /etc/a; cp -n /usr/share/tool/default /etc/b", files
    )
    assert ucf.to_json()["content"] == "a = 1\n"
    assert ucf.to_json()["path"] == "/etc/a"
    assert cp.to_json()["keep"]


def test_a_loop_over_the_files_of_the_package() -> None:
    files = {"/usr/share/tool/b.conf": "", "/usr/share/tool/a.conf": "", "/usr/share/tool/c": ""}
    script = 'for f in /usr/share/tool/*.conf; do ln -s "$f" /etc/$(basename "$f" .conf); done'
    assert shown(effects_of(script, files)) == [
        "symlink path=/etc/a target=/usr/share/tool/a.conf",
        "symlink path=/etc/b target=/usr/share/tool/b.conf",
    ]


def test_what_find_finds() -> None:
    files = {"/etc/tool/a.conf": "", "/etc/tool/d/b.conf": "", "/etc/tool/c": ""}
    script = "find /etc/tool -type f -name '*.conf' -exec chmod 640 {} \\;; ls /etc/tool/*.conf"
    assert shown(effects_of(script, files)) == [
        "ownership path=/etc/tool/a.conf mode=640",
        "ownership path=/etc/tool/d/b.conf mode=640",
    ]
    script = "for d in $(find /etc/tool -mindepth 1 -maxdepth 1 -type d); do chown x $d; done"
    assert shown(effects_of(script, files)) == ["ownership path=/etc/tool/d user=x"]


def test_a_variable_that_the_image_decides_makes_an_effect_for_each() -> None:
    script = "m=a; if [ -e /etc/x ]; then m=b; fi; ln -s $m /etc/l"
    assert shown(effects_of(script)) == [
        "symlink path=/etc/l target=b when=[['exists', '/etc/x']]",
        "symlink path=/etc/l target=a when=[['missing', '/etc/x']]",
    ]


def test_a_file_that_the_package_sources() -> None:
    files = {"/usr/share/tool/functions.sh": "prepare() { mkdir /srv/$1; }\n"}
    assert shown(effects_of(". /usr/share/tool/functions.sh; prepare a", files)) == [
        "directory path=/srv/a"
    ]


def test_a_script_of_the_package_that_is_run() -> None:
    files = {"/usr/share/tool/prepare": "#!/bin/sh\n\nmkdir /srv/$1\nx=b\n"}
    found = effects_of("x=a\n/usr/share/tool/prepare d; sh -c 'mkdir /srv/$1' sh e", files)
    assert [effect.place for effect in found] == ["postinst:3", "postinst:3"]
    assert shown(found)[0] == "directory path=/srv/d"


def test_triggers() -> None:
    script = 'if [ "$1" = triggered ]; then glib-compile-schemas "$2"; fi'
    triggers = "interest-noawait /usr/share/s\nactivate-noawait ldconfig\nabsurd\n"
    assert shown(effects_of(script, triggers=triggers)) == [
        "command name=glib-compile-schemas arguments=['/usr/share/s']"
        " when=[['triggered', '/usr/share/s']]",
        "trigger name=ldconfig",
        "not-reproduced text=absurd reason=it is no directive of deb-triggers(5)",
    ]


@pytest.mark.parametrize(
    ("line", "effects"),
    [
        ('u _x - "The X" /var/lib/x', [
            "group name=_x made_by=sysusers",
            "user name=_x group=_x home=/var/lib/x comment=The X made_by=sysusers",
        ]),
        ("u x 33:adm", ["user name=x uid=33 group=adm home=/ made_by=sysusers"]),
        ("g x 7", ["group name=x gid=7 made_by=sysusers"]),
        ("m x adm", ["member user=x group=adm"]),
        ("r - 500-900", [
            "needless command=sysusers.d"
            " reason=a range of numbers, which no account of a package needs"
        ]),
        ("# a comment", []),
        ("q x", ["not-reproduced text=q x reason=unknown type q"]),
    ],
)  # fmt: skip
def test_sysusers(line: str, effects: list[str]) -> None:
    files = {"/usr/lib/sysusers.d/x.conf": f"{line}\n"}
    found = effects_of("", files)
    assert shown(found) == effects
    assert {effect.place for effect in found} <= {"sysusers.d/x.conf:1"}


@pytest.mark.parametrize(
    ("line", "effects"),
    [
        ("d /run/x 0755 x adm 10d", ["directory path=/run/x mode=0755 user=x group=adm"]),
        ("D! %S/x", ["needless command=tmpfiles.d reason=only when a machine starts"]),
        ("d %C/x - - -", ["directory path=/var/cache/x"]),
        ("f /etc/x 0640 - - - a\\nb", ["file path=/etc/x content=a\nb mode=0640 keep=True"]),
        ("f+ /etc/x - - - - a", ["file path=/etc/x content=a"]),
        ("L+ /etc/l - - - - ../x", ["symlink path=/etc/l target=../x replace=True"]),
        ("C /etc/x", ["copy source=/usr/share/factory/etc/x path=/etc/x keep=True recursive=True"
             " when=[['exists', '/usr/share/factory/etc/x']]"]),
        ("Z /var/x 0700 x", ["ownership path=/var/x user=x mode=0700 recursive=True"]),
        ("z /var/x - :x", ["ownership path=/var/x user=x"]),
        ("w /etc/x - - - - a", [
            "not-reproduced text=w /etc/x - - - - a reason=it writes into a file that exists"
        ]),
        ("d relative", ["not-reproduced text=d relative reason=it is not of tmpfiles.d(5)"]),
    ],
)  # fmt: skip
def test_tmpfiles(line: str, effects: list[str]) -> None:
    assert shown(effects_of("", {"/usr/lib/tmpfiles.d/x.conf": f"{line}\n"})) == effects


def test_a_loop_without_end() -> None:
    (effect,) = effects_of("while true; do :; done; mkdir /etc/a")
    assert isinstance(effect, NotReproduced)
    assert effect.reason == "a loop of the script runs too long"


def test_nothing_is_dropped_in_silence() -> None:
    script = "if frob; then mkdir /etc/a; else mkdir /etc/b; fi"
    lacking = [item for item in effects_of(script) if isinstance(item, NotReproduced)]
    assert [item.text for item in lacking] == ["frob", "mkdir /etc/a", "mkdir /etc/b"]


def test_base_files_makes_the_directories_that_others_find() -> None:
    script = "[ -d /mnt ] || mkdir /mnt"
    assert effects_of(script) == []
    assert shown(effects_of(script, name="base-files")) == [
        "directory path=/mnt when=[['not-directory', '/mnt']]"
    ]


def test_scripts_that_run_before_a_service_are_reported() -> None:
    files = {
        "/usr/libexec/tool-helper": "#!/bin/sh -e\ntool --make-keys\n",
        "/usr/sbin/tool": "\x7fELF",
        "/usr/lib/systemd/system/tool.service": "[Service]\nExecStartPre=/usr/sbin/tool -t\n"
        "ExecStartPre=-/usr/libexec/tool-helper key\nExecStart=/usr/sbin/tool\n",
    }
    (effect,) = effects_of("", files)
    assert isinstance(effect, NotReproduced)
    assert effect.place == "tool.service:3"
    assert effect.text == "/usr/libexec/tool-helper key"


def test_directories_that_are_made_before_a_service_are_made() -> None:
    unit = (
        "[Service]\nExecStartPre=-/bin/mkdir -p /run/tool/empty\n"
        "ExecStartPre=/usr/lib/tool/prepare\nExecStartPre=/usr/sbin/tool -t\n"
        "ExecStartPre=/bin/mkdir -p /run/%i\n"
    )
    files = {
        "/usr/lib/systemd/system/tool.service": unit,
        "/usr/lib/tool/prepare": "#!/bin/sh\nset -e\n. /etc/tool/settings\nmkdir -p /run/tool\n"
        'if ! getent passwd $OWNER > /dev/null; then exit 1; fi\nchown "$OWNER" /run/tool\n',
        "/etc/tool/settings": "OWNER=www-data\n",
    }
    effects = effects_of("", files)
    assert shown(effects) == [
        "directory path=/run/tool/empty",
        "directory path=/run/tool",
        "ownership path=/run/tool user=www-data",
    ]
    assert [effect.place for effect in effects] == ["tool.service:2", *["tool.service:3"] * 2]


def test_a_script_before_a_service_that_does_more_is_reported() -> None:
    files = {
        "/usr/lib/systemd/system/tool.service": "ExecStartPre=/usr/lib/tool/prepare\n",
        "/usr/lib/tool/prepare": "#!/bin/sh\nmkdir /run/tool\necho a > /etc/tool.conf\n",
    }
    assert shown(effects_of("", files)) == [
        "directory path=/run/tool",
        "not-reproduced text=/usr/lib/tool/prepare reason=a service manager runs it before the"
        " program",
    ]


def test_directories_in_run_that_a_service_manager_makes_are_made() -> None:
    unit = "[Service]\nUser=tool\nRuntimeDirectory=tool tool/keys:link\n"
    names = {
        "tool": unit + "Group=adm\nRuntimeDirectoryMode=0750\n",
        "owned": unit.replace("tool", "owned"),
        "tool@": "[Service]\nRuntimeDirectory=tool-%i\n",
        "passing": "[Service]\nRuntimeDirectory=passing\nDynamicUser=yes\n",
    }
    files = {f"/usr/lib/systemd/system/{name}.service": text for name, text in names.items()}
    made = [item.to_json() for item in effects_of("", files)]
    assert [[item.get(key) for key in ("path", "mode", "user", "group")] for item in made] == [
        ["/run/owned", "0755", "owned", "owned"],
        ["/run/owned/keys", "0755", "owned", "owned"],
        ["/run/tool", "0750", "tool", "adm"],
        ["/run/tool/keys", "0750", "tool", "adm"],
    ]
    assert all(item["when"] == [["not-directory", item["path"]]] for item in made)


def test_other_directories_that_a_service_manager_makes_are_made() -> None:
    unit = (
        "[Service]\nUser=tool\nStateDirectory=tool tool/data\nStateDirectoryMode=0700\n"
        "CacheDirectory=tool\nLogsDirectory=tool\nConfigurationDirectory=tool\n"
    )
    made = [
        item.to_json() for item in effects_of("", {"/usr/lib/systemd/system/tool.service": unit})
    ]
    assert [[item.get(key) for key in ("path", "mode", "user")] for item in made] == [
        ["/var/lib/tool", "0700", "tool"],
        ["/var/lib/tool/data", "0700", "tool"],
        ["/var/cache/tool", "0755", "tool"],
        ["/var/log/tool", "0755", "tool"],
        ["/etc/tool", "0755", None],  # root's, for every user of the service
    ]


@pytest.mark.parametrize(
    ("script", "directory"),
    [
        ("mkdir /srv/$(printf 'a\\nb\\n' | wc -l)", "/srv/2"),
        ("mkdir /srv/$(ls /etc/tool/*.conf 2>/dev/null | wc -l)", "/srv/0"),
        ("for i in $(seq 2 -1 1); do d=$d$i; done; mkdir /srv/$d", "/srv/21"),
        ("mkdir /srv/x$(getcap /usr/bin/tool)", "/srv/x"),
        ("mkdir /srv/$(echo abcdef | cut -b -3)$(echo abcdef | cut -c5-)", "/srv/abcef"),
        ("mkdir /srv/$(echo abcdef | cut -c 2-3)$(echo abcdef | cut -b6)", "/srv/bcf"),
        ("alias strip=\"sed 's/ *$//'\"\nmkdir /srv/$(echo 'x  ' | strip)", "/srv/x"),
        ("mkdir /srv/x$(dpkg-query --control-path other postrm)", "/srv/x"),
    ],
)
def test_what_a_command_prints_is_used(script: str, directory: str) -> None:
    (effect,) = effects_of(script)
    assert effect.to_json()["path"] == directory


def test_a_choice_that_the_image_decides_by_a_list_of_files() -> None:
    script = "if ls -L /usr/lib/other >/dev/null 2>&1; then d=a; else d=b; fi; mkdir /srv/$d"
    assert shown(effects_of(script)) == [
        "directory path=/srv/a when=[['exists', '/usr/lib/other']]",
        "directory path=/srv/b when=[['missing', '/usr/lib/other']]",
    ]
