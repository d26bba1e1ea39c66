"""What of the shell is evaluated: each construct by what a command at its end is given."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.effects.script import effects_of, shown
from tools.effects.effect import Directory, NotReproduced
from tools.effects.shell.parser import parse
from tools.effects.shell.words import ShellSyntaxError


def made(script: str, **control: str) -> list[str]:
    """Return the directories that a script makes."""
    effects = effects_of(script, None, **control)
    assert not [effect for effect in effects if isinstance(effect, NotReproduced)], effects
    return [effect.path for effect in effects if isinstance(effect, Directory)]


@pytest.mark.parametrize(
    ("script", "directories"),
    [
        ("mkdir /etc/'a b' \"/etc/c\"\\ d", ["/etc/a b", "/etc/c d"]),
        ("x=a; mkdir /etc/$x /etc/${x}b", ["/etc/a", "/etc/ab"]),
        ("mkdir /etc/${x:-d} /etc/${x-e}", ["/etc/d", "/etc/e"]),
        (": ${x:=d}; mkdir /etc/$x", ["/etc/d"]),
        ("x=1; mkdir /etc/a${x:+b}${y:+c}", ["/etc/ab"]),
        ("x=a.b.c; mkdir /etc/${x%.*} /etc/${x%%.*} /etc/${x#*.} /etc/${x##*.}",
         ["/etc/a.b", "/etc/a", "/etc/b.c", "/etc/c"]),
        ("x=abc; mkdir /etc/${#x}", ["/etc/3"]),
        ("mkdir /etc/$((2 * 3))", ["/etc/6"]),
        ("mkdir /etc/$(basename /a/b.c .c) /etc/`dirname a/b`", ["/etc/b", "/etc/a"]),
        ("mkdir \"/etc/$(echo \"a b\")\"", ["/etc/a b"]),
        ("for i in a b; do mkdir /etc/$i; done", ["/etc/a", "/etc/b"]),
        ("for i in a b c; do [ $i = b ] && continue; mkdir /etc/$i; done", ["/etc/a", "/etc/c"]),
        ("for i in a b; do mkdir /etc/$i; break; done", ["/etc/a"]),
        ("x='a b'; for i in $x; do mkdir /etc/$i; done", ["/etc/a", "/etc/b"]),
        ("set -- a b; shift; mkdir /etc/$1 /etc/$#", ["/etc/b", "/etc/1"]),
        ("case $1 in configure|other) mkdir /etc/a ;; *) mkdir /etc/b ;; esac", ["/etc/a"]),
        ("case a.b in *.b) mkdir /etc/a;; esac", ["/etc/a"]),
        ("if [ -z \"$2\" ]; then mkdir /etc/a; elif true; then mkdir /etc/b; fi", ["/etc/a"]),
        ("if false; then mkdir /a; else mkdir /etc/b; fi", ["/etc/b"]),
        ("[ \"$1\" = configure ] && [ ! -n \"$2\" ] && mkdir /etc/a", ["/etc/a"]),
        ("[ a = b -o c = c ] && test ! 1 -gt 2 && mkdir /etc/a", ["/etc/a"]),
        ("[[ -n $1 && $1 == configure ]] && mkdir /etc/a", ["/etc/a"]),
        ("false || mkdir /etc/a || mkdir /etc/b", ["/etc/a"]),
        ("! false && mkdir /etc/a", ["/etc/a"]),
        ("f() { local x=$1; mkdir /etc/$x; return 0; mkdir /etc/no; }\nf a; f b",
         ["/etc/a", "/etc/b"]),
        ("exit 0; mkdir /etc/a", []),
        ("(exit 0; mkdir /etc/a); mkdir /etc/b", ["/etc/b"]),
        ("(x=b; cd /etc); mkdir /etc/a$x", ["/etc/a"]),
        ("cd /etc; mkdir a ../b", ["/etc/a", "/b"]),
        ("echo a b | while read x y; do mkdir /etc/$y; done", ["/etc/b"]),
        ("while read x; do mkdir /etc/$x; done <<EOF\na\nb\nEOF\n", ["/etc/a", "/etc/b"]),
        ("x=c\nwhile read l; do mkdir /etc/$l; done <<-EOF\n\t$x\n\tEOF\nmkdir /etc/d",
         ["/etc/c", "/etc/d"]),
        ("while read x; do mkdir \"/etc/$x\"; done <<'EOF'\n$x\nEOF\n", ["/etc/$x"]),
        ("i=0; while [ $i -lt 2 ]; do mkdir /etc/$i; i=$((i+1)); done", ["/etc/0", "/etc/1"]),
        ("eval 'x=a'; mkdir /etc/$x", ["/etc/a"]),
        ("printf '%s\\n' a b | sort -r | while read x; do mkdir /etc/$x; done",
         ["/etc/b", "/etc/a"]),
        ("echo a:b | cut -d: -f2 | sed s/b/c/ | { read x; mkdir /etc/$x; }", ["/etc/c"]),
        ("mkdir /etc/$(echo a:b | awk -F: '{print $2}')", ["/etc/b"]),
        ("x=$(echo ABC | tr A-Z a-z); mkdir /etc/$x", ["/etc/abc"]),
        ("/usr/bin/mkdir -p /etc/a", ["/etc/a"]),
        ("command -v mkdir >/dev/null && mkdir /etc/a", ["/etc/a"]),
        ("if which mkdir > /dev/null 2>&1; then mkdir /etc/a; fi", ["/etc/a"]),
        ("mkdir /etc/$(dpkg --print-architecture)", ["/etc/amd64"]),
        ("mkdir /usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)",
         ["/usr/lib/x86_64-linux-gnu"]),
        ("if dpkg --compare-versions \"$2\" lt-nl 1.0; then mkdir /etc/a; fi", []),
        ("if dpkg --compare-versions \"$2\" lt 1.0; then mkdir /etc/a; fi", ["/etc/a"]),
        ("[ -d /run/systemd/system ] && mkdir /etc/a", []),
        ("mkdir /etc/a # a comment; mkdir /etc/b", ["/etc/a"]),
        ("mkdir \\\n  /etc/a \\\n  /etc/b", ["/etc/a", "/etc/b"]),
        ("if [ -e /nowhere ]; then exit 1; fi; mkdir /etc/a", ["/etc/a"]),
        ("trap 'rm -f x' EXIT; umask 022; mkdir /etc/a", ["/etc/a"]),
    ],
)  # fmt: skip
def test_is_evaluated(script: str, directories: list[str]) -> None:
    assert made(script) == directories


def test_a_question_has_its_default_answer() -> None:
    templates = "Template: tool/dir\nType: string\nDefault: /srv/tool\nDescription: where\n"
    script = ". /usr/share/debconf/confmodule\ndb_get tool/dir || true\nmkdir $RET\ndb_stop"
    assert made(script, templates=templates) == ["/srv/tool"]


def test_the_config_script_may_answer() -> None:
    templates = "Template: tool/dir\nType: string\nDefault: /srv/tool\n\nTemplate: a/b\nType: note"
    config = "#!/bin/sh\n. /usr/share/debconf/confmodule\ndb_set tool/dir /srv/other\n"
    script = ". /usr/share/debconf/confmodule\ndb_get tool/dir\nmkdir $RET\n"
    assert made(script, templates=templates, config=config) == ["/srv/other"]


@pytest.mark.parametrize(
    ("script", "effects"),
    [
        (
            "[ -e /etc/x ] && mkdir /etc/a",
            ["directory path=/etc/a when=[['exists', '/etc/x']]"],
        ),
        (
            "if [ -x /opt/x ]; then mkdir /etc/a; else mkdir /etc/b; fi",
            [
                "directory path=/etc/a when=[['executable', '/opt/x']]",
                "directory path=/etc/b when=[['not-executable', '/opt/x']]",
            ],
        ),
        (
            "if [ -e /etc/x ] || [ -e /etc/y ]; then mkdir /etc/a; fi",
            [
                "directory path=/etc/a when=[['exists', '/etc/x']]",
                "directory path=/etc/a when=[['missing', '/etc/x'], ['exists', '/etc/y']]",
            ],
        ),
        (
            "[ -e /etc/x ] || exit 0\nmkdir /etc/a",
            ["directory path=/etc/a when=[['exists', '/etc/x']]"],
        ),
        (
            "f() { [ -e /etc/x ] && return; mkdir /etc/a; }\nf; mkdir /etc/b",
            ["directory path=/etc/a when=[['missing', '/etc/x']]", "directory path=/etc/b"],
        ),
        (
            "command -v cowsay >/dev/null && mkdir /etc/a",
            ["directory path=/etc/a when=[['program', 'cowsay']]"],
        ),
        (
            "[ -d /etc/a ] || mkdir /etc/a; [ -d /etc/a ] && mkdir /etc/a/b",
            [
                "directory path=/etc/a when=[['not-directory', '/etc/a']]",
                "directory path=/etc/a/b",
            ],
        ),
    ],
)
def test_what_the_image_decides_is_a_condition(script: str, effects: list[str]) -> None:
    assert shown(effects_of(script)) == effects


@pytest.mark.parametrize(
    ("script", "text", "reason"),
    [
        ("frobnicate -x", "frobnicate -x", "frobnicate: it is not known what it does"),
        ("mkdir $(frob)", "mkdir $(frob)", "an argument is unknown: the output of frob"),
        ("$(hostname) x", "$(hostname) x", "the command's name is unknown"),
        ("[ $(nproc) -gt 2 ] && mkdir /etc/a", "mkdir /etc/a", "the result of nproc"),
        ("uname -m > /etc/m", "uname -m > /etc/m", "it is unknown what it writes"),
        ("sed -i s/a/b/ /etc/passwd", "sed -i s/a/b/ /etc/passwd", "the content of /etc/passwd"),
    ],
)
def test_what_is_not_known_says_why(script: str, text: str, reason: str) -> None:
    (effect,) = [
        item
        for item in effects_of(f"true\n{script}")
        if isinstance(item, NotReproduced) and item.text == text
    ]
    assert effect.place == "postinst:3"
    assert effect.reason.startswith(reason)


def test_another_language_is_not_reproduced() -> None:
    (effect,) = effects_of("", postinst="#!/usr/bin/perl -w\nprint 1;\n")
    assert isinstance(effect, NotReproduced)
    assert effect.reason == "it is a program in perl"


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ("if true; then", "expected fi"),
        ("echo 'x", "no closing '"),
        ("x=(a b)", "arrays are not of POSIX shell"),
        ("cat <<EOF\nx\n", "no end of the here-document EOF"),
        (")", "unexpected"),
        ("case x in", "unexpected"),
    ],
)
def test_what_is_no_shell_is_told(script: str, problem: str) -> None:
    with pytest.raises(ShellSyntaxError, match=problem):
        parse(script)


@given(st.text(alphabet="abc $`'\"\\(){}|&;<>\n#=*?[]!-if then fi do done case esac", max_size=60))
def test_any_text_has_effects_or_a_reason(script: str) -> None:
    for effect in effects_of(script):
        assert effect.line >= 1


@pytest.mark.parametrize(
    ("script", "path"),
    [
        ("f() { [ a = b ]; return $?; }\nf && mkdir /a || mkdir /b", "/b"),
        ("f() { [ a = b ] || [ c = c ]; return $?; }\nf && mkdir /a || mkdir /b", "/a"),
        ("f() { false; return; }\nf && mkdir /a || mkdir /b", "/b"),
        ("false || true\n[ $? -eq 0 ] && mkdir /a || mkdir /b", "/a"),
        ("if false; then :; fi\n[ $? = 0 ] && mkdir /a || mkdir /b", "/a"),
        ("result=0; false || result=$?\n[ $result = 1 ] && mkdir /a", "/a"),
    ],
)
def test_the_status_of_the_last_command(script: str, path: str) -> None:
    assert shown(effects_of(script)) == [f"directory path={path}"]


def test_a_status_that_the_image_decides() -> None:
    script = "f() { [ -e /etc/x ]; return $?; }\nif f; then mkdir /a; else mkdir /b; fi"
    assert shown(effects_of(script)) == [
        "directory path=/a when=[['exists', '/etc/x']]",
        "directory path=/b when=[['missing', '/etc/x']]",
    ]


def test_a_package_has_a_directory_of_configuration_to_itself() -> None:
    script = (
        "cp /usr/share/ftp/a.conf /etc/ftp/a.conf.new\n"
        "if diff -q /etc/ftp/a.conf /etc/ftp/a.conf.new; then rm /etc/ftp/a.conf.new\n"
        "elif [ ! -f /etc/ftp/a.conf ]; then mv /etc/ftp/a.conf.new /etc/ftp/a.conf; fi\n"
    )
    files = {"/etc/ftp/": "", "/usr/share/ftp/a.conf": "a\n"}
    assert shown(effects_of(script, files, "ftp-server"))[-1] == (
        "move path=/etc/ftp/a.conf.new to=/etc/ftp/a.conf"
    )
    assert "diff" in shown(effects_of(script, files, "other"))[-1]
