"""What a script does after it has left a function, a loop or a subshell in one branch only."""

from __future__ import annotations

import pytest

from tests.tools.effects.script import effects_of, shown
from tools.effects.effect import NotReproduced

THERE, GONE = "[['exists', '/x']]", "[['missing', '/x']]"


@pytest.mark.parametrize(
    ("function", "if_it_is_there", "if_not"),
    [
        ("[ -e /x ] && return 1; true", "b", "a"),
        ("[ -e /x ] || return 1; true", "a", "b"),
        ("if [ -e /x ]; then return 0; fi; return 1", "a", "b"),
        ("if [ -e /x ]; then return 0; else return 1; fi", "a", "b"),
        ("if [ -e /x ]; then false; else true; fi", "b", "a"),
        ("case $(command -v x-y) in '') true ;; esac; [ -e /x ] && return 1; true", "b", "a"),
        ("for i in /x /x; do [ -e $i ] && return 0; done; return 1", "a", "b"),
        ("while true; do [ -e /x ] && break; return 1; done; true", "a", "b"),
        ("g() { [ -e /x ] && return 1; true; }; g || return 1; true", "b", "a"),
        ("( [ -e /x ] && exit 1; true )", "b", "a"),
        ("sh -c '[ -e /x ] && exit 1; true'", "b", "a"),
        ("echo | { [ -e /x ] && exit 1; true; }", "b", "a"),
    ],
)
def test_the_result_is_that_of_each_way_out(
    function: str, if_it_is_there: str, if_not: str
) -> None:
    script = f"f() {{ {function}; }}\nif f; then mkdir /a; else mkdir /b; fi\nmkdir /c"
    ways = {f"/{if_it_is_there}": THERE, f"/{if_not}": GONE}
    assert shown(effects_of(script)) == [
        f"directory path=/a when={ways['/a']}",
        f"directory path=/b when={ways['/b']}",
        "directory path=/c",
    ]


@pytest.mark.parametrize(
    "function",
    [
        "unknown-tool && return 1; true",
        "unknown-tool && return 0; false",
        "case $(cat /etc/of-another) in a) return 0 ;; *) return 1 ;; esac",
        "for i in a b; do unknown-tool $i && return 0; done; return 1",
        "( unknown-tool && exit 1; true )",
        "if unknown-tool; then true; else false; fi",
    ],
)
def test_a_result_that_is_not_known_is_no_guess(function: str) -> None:
    found = effects_of(f"f() {{ {function}; }}\nif f; then mkdir /a; else mkdir /b; fi")
    assert {effect.text for effect in found if isinstance(effect, NotReproduced)} >= {
        "mkdir /a",
        "mkdir /b",
    }


def test_a_way_out_with_the_same_result_changes_nothing() -> None:
    found = effects_of("f() { unknown-tool && return 0; true; }\nf && mkdir /a")
    assert shown(found)[1:] == ["directory path=/a"]


@pytest.mark.parametrize(
    ("script", "effects"),
    [
        (
            "f() { if [ -e /x ]; then V=a; return; fi; V=b; }\nf; mkdir /srv/$V",
            [f"directory path=/srv/a when={THERE}", f"directory path=/srv/b when={GONE}"],
        ),
        (
            "for i in a b; do [ -e /x ] && break; mkdir /$i; done; mkdir /c",
            [
                f"directory path=/a when={GONE}",
                f"directory path=/b when={GONE}",
                "directory path=/c",
            ],
        ),
        (
            "for i in a b; do [ -e /x ] && continue; mkdir /$i; done",
            [f"directory path=/a when={GONE}", f"directory path=/b when={GONE}"],
        ),
        (
            "V=n; for i in a b; do if [ -e /x ]; then V=$i; break; fi; done; mkdir /srv/$V",
            [f"directory path=/srv/a when={THERE}", f"directory path=/srv/n when={GONE}"],
        ),
        (
            "f() { for i in a b; do [ -e /x ] && return; done; mkdir /c; }\nf; mkdir /d",
            [f"directory path=/c when={GONE}", "directory path=/d"],
        ),
        (
            "f() { [ -e /x ] && return; exit 0; }\nf; mkdir /a",
            [f"directory path=/a when={THERE}"],
        ),
        (
            "if [ -e /x ]; then exit 0; else exit 1; fi; mkdir /a",
            [],
        ),
        (
            "f() { if [ -e /x ]; then return 0; else exit 1; fi; mkdir /a; }\nf; mkdir /b",
            ["directory path=/b"],
        ),
        (
            "{ echo a; exit 0; } > /etc/t",
            ["file path=/etc/t content=a\n"],
        ),
        (
            "f() { echo a; exit 0; }\nf > /etc/t; mkdir /a",
            ["file path=/etc/t content=a\n"],
        ),
    ],
)  # fmt: skip
def test_what_follows_is_that_of_each_way(script: str, effects: list[str]) -> None:
    assert shown(effects_of(script)) == effects


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("mkdir /srv/$([ -e /x ] && echo a; echo b)", "mkdir /srv/"),
        ("f() { if unknown-tool; then echo a; fi; echo b; }\nmkdir /srv/$(f)", "mkdir /srv/"),
        ("f() { [ -e /x ] && echo a b; }\nmkdir -p /srv $(f)", "mkdir -p"),
        ("f() { echo a; [ -e /x ] && return; echo b; }\nf > /etc/t", "f > /etc/t"),
        ("f() { { echo a; [ -e /x ] && return; echo b; } > /etc/t; }\nf", "{ echo a; "),
        ("[ -e /x ] && set -- a b\nmkdir /srv/$1", "mkdir /srv/"),
        ("[ -e /x ] && set -- a b\n[ $# = 1 ] && mkdir /srv/c", "mkdir /srv/c"),
        ("[ -e /x ] && cd /srv\nmkdir a", "cd /srv"),
        ("[ -e /x ] && cd /srv\n[ -e /y ] && mkdir /y\nmkdir a", "cd /srv"),
        ("[ -e /x ] && umask 077\nmkdir /a", "umask 077"),
        ("echo a > /tmp/t; [ -e /x ] && echo b > /tmp/t\ncp /tmp/t /etc/t", "cp /tmp/t /etc/t"),
        ("V=a; . /etc/of-another.conf\nmkdir /srv/$V", "mkdir /srv/"),
        ("V=a; . /usr/share/of-another/x.sh\nmkdir /srv/$V", "mkdir /srv/"),
        (
            "echo V=$(unknown-tool) > /etc/default/tool\nV=a\n. /etc/default/tool\nmkdir /srv/$V",
            "mkdir /srv/",
        ),
        ("NAME=a; . /etc/os-release\nmkdir /srv/$NAME", "mkdir /srv/"),
    ],
)
def test_what_branches_leave_differently_is_no_guess(script: str, text: str) -> None:
    found = effects_of(script)
    lacking = [effect.text for effect in found if isinstance(effect, NotReproduced)]
    assert any(each.startswith(text) for each in lacking), found


@pytest.mark.parametrize(
    "script",
    [
        "[ -e /x ] && cd /srv\nmkdir /a",
        "[ -e /x ] && cd /srv\ncd /\nmkdir a",
        "[ -e /x ] && umask 077\numask 022\nmkdir /a",
    ],
)
def test_a_directory_that_nothing_uses_need_not_be_known(script: str) -> None:
    assert shown(effects_of(script)) == ["directory path=/a"]


@pytest.mark.parametrize("path", ["/etc/default/x", "/etc/tool.conf", "/var/lib/tool/settings"])
def test_settings_that_an_earlier_version_may_have_left_are_reported_where_they_are(
    path: str,
) -> None:
    script = f"V=a\nif [ -e {path} ]; then . {path}; fi\nmkdir /srv/$V"
    reported, made = effects_of(script, name="tool-server")
    assert isinstance(reported, NotReproduced)
    assert reported.text == f". {path}"
    assert [each.subject for each in reported.when] == [path]
    assert shown([made]) == ["directory path=/srv/a"]


def test_a_file_of_settings_does_not_say_where_it_is() -> None:
    script = "F=/etc/of-another.conf\n. $F\nmkdir $F.d"
    assert shown(effects_of(script)) == ["directory path=/etc/of-another.conf.d"]


@pytest.mark.parametrize(
    "script",
    [
        "V=$([ -e /x ] && echo a || echo b)\nmkdir /srv/$V",
        "f() { if [ -e /x ]; then echo a; return; fi; echo b; }\nmkdir /srv/$(f)",
        'f() { if [ -e /x ]; then echo a; else echo b; fi; }\nmkdir "/srv/$(f)"',
        "f() { [ -e /x ] && echo a || echo b; }\nV=s$(f)\nmkdir /srv/${V#s}",
        "f() { [ -e /x ] && echo a || echo b; }\nV=$(f)$(true)\nmkdir /srv/$V",
    ],
)
def test_what_is_printed_is_a_choice(script: str) -> None:
    assert shown(effects_of(script)) == [
        f"directory path=/srv/a when={THERE}",
        f"directory path=/srv/b when={GONE}",
    ]


@pytest.mark.parametrize(
    "test",
    [
        "dpkg -s other > /dev/null 2>&1",
        "dpkg-query -W other > /dev/null",
        "[ \"$(dpkg-query -W -f='${Status}' other 2> /dev/null)\" = 'install ok installed' ]",
        "dpkg-query -W -f='${Version}' other > /dev/null",
        "s=$(dpkg-query -W -f='${db:Status-Status}\\n' other) || true; [ \"$s\" = installed ]",
    ],
)
def test_whether_another_package_is_there_is_a_condition(test: str) -> None:
    assert shown(effects_of(f"{test} && mkdir /a")) == [
        "directory path=/a when=[['installed', 'other']]"
    ]


@pytest.mark.parametrize(
    "script",
    [
        "for i in 1 2 3; do [ -e /x$i ] && continue; [ -e /y$i ] && break; done; mkdir /a",
        "for i in 1 2 3; do [ -e /x$i ] && V=1; done; mkdir /a",
    ],
)
def test_what_does_not_depend_on_the_image_has_no_condition(script: str) -> None:
    assert shown(effects_of(script)) == ["directory path=/a"]


def test_settings_count_where_they_are() -> None:
    script = "V=a\nif [ -r /etc/of-another.conf ]; then . /etc/of-another.conf; fi\nmkdir /srv/$V"
    unknown, made = effects_of(script)
    assert isinstance(unknown, NotReproduced)
    assert [(each.test, each.subject) for each in unknown.when] == [
        ("exists", "/etc/of-another.conf")
    ]
    assert shown([made]) == ["directory path=/srv/a when=[['missing', '/etc/of-another.conf']]"]


def test_what_a_file_of_settings_does_not_set_stays_known() -> None:
    script = ". /etc/of-another.conf\nV=a\nmkdir /srv/$V"
    assert shown(effects_of(script)) == ["directory path=/srv/a"]
