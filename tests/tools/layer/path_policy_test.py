"""The glob language of policies, and the default policy."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.layer.merged_usr import merge_usr
from tools.layer.path_policy import DEFAULT, Glob, PathPolicy, PolicyError, compile_policy


@pytest.mark.parametrize(
    ("glob", "path", "matches"),
    [
        ("usr/bin/x", "usr/bin/x", True),
        ("usr/bin/x", "usr/bin/xy", False),
        ("usr/bin", "usr/bin/x", False),
        ("usr/*/x", "usr/bin/x", True),
        ("usr/*/x", "usr/a/b/x", False),
        ("usr/*", "usr", False),
        ("usr/b?n/x", "usr/bin/x", True),
        ("usr/b?n/x", "usr/bn/x", False),
        ("usr/share/man/**", "usr/share/man", True),
        ("usr/share/man/**", "usr/share/man/de/man1/x.1.gz", True),
        ("usr/share/man/**", "usr/share/manual", False),
        ("**/*.pyc", "x.pyc", True),
        ("**/*.pyc", "usr/lib/python3/x.pyc", True),
        ("**/__pycache__/**", "usr/lib/__pycache__/a/b", True),
        ("**", "anything/at/all", True),
        ("*.so.*", "libc.so.6", True),
        ("*.so.*", "lib/libc.so.6", False),
        ("lib[a-c]", "libb", True),
        ("lib[!a-c]", "libb", False),
        ("lib[!a-c]", "libd", True),
        ("lib[x-]", "lib-", True),
        ("a*b*c", "aXbYbZc", True),
        ("a*b*c", "aXbYbZ", False),
        ("a[b", "a[b", True),
    ],
)
def test_globs(glob: str, path: str, *, matches: bool) -> None:
    assert Glob(glob).matches(path) is matches


@pytest.mark.parametrize("glob", ["", "/usr", "usr/", "usr//x", "a/../b", "./a", "usr/a**"])
def test_malformed_globs(glob: str) -> None:
    with pytest.raises(PolicyError, match=r"glob|component"):
        Glob(glob)


def test_the_last_match_decides() -> None:
    policy = PathPolicy(
        [{"omit": ["doc/**"], "keep": ["doc/*/copyright"]}, {"omit": ["doc/secret/**"]}]
    )
    assert policy.keeps("doc/a/copyright")
    assert not policy.keeps("doc/a/readme")
    assert not policy.keeps("doc/secret/copyright")
    assert policy.keeps("elsewhere")


def test_in_one_rule_keep_comes_after_omit() -> None:
    assert PathPolicy([{"keep": ["a"], "omit": ["a"]}]).keeps("a")


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("usr/share/doc/hello/copyright", True),
        ("usr/share/doc/libstdc++6", True),
        ("usr/share/doc/hello/changelog.Debian.gz", False),
        ("usr/share/doc/hello/examples/copyright", False),
        ("usr/share/man/man1/x.1.gz", False),
        ("usr/share/locale/de/LC_MESSAGES/x.mo", False),
        ("usr/share/lintian/overrides/x", False),
        ("usr/share/groff/1.23.0/font/devutf8/DESC", True),
        ("usr/share/zsh/functions/Completion/compinit", True),
        ("usr/share/zsh/vendor-completions/_curl", False),
        ("usr/share/fish/config.fish", True),
        ("usr/share/fish/vendor_completions.d/curl.fish", False),
        ("usr/share/zoneinfo/Europe/Berlin", True),
        ("usr/lib/locale/C.utf8/LC_CTYPE", True),
    ],
)
def test_the_default_policy(path: str, *, kept: bool) -> None:
    assert PathPolicy(DEFAULT).keeps(path) is kept


def test_no_rule_drops_nothing() -> None:
    assert PathPolicy([]).keeps("usr/share/man/x")
    assert not compile_policy([], DEFAULT).keeps("usr/share/man/x")
    assert compile_policy([{}], DEFAULT).keeps("usr/share/man/x")


def test_rules_are_checked() -> None:
    with pytest.raises(PolicyError, match="unknown key 'remove'"):
        PathPolicy([{"remove": ["x"]}])
    with pytest.raises(PolicyError, match="neither"):
        compile_policy(["defualt"], DEFAULT)


@given(st.text("ab*?[]!-/", max_size=12), st.text("ab/", max_size=12))
def test_any_glob_ends_in_an_answer_or_an_error(glob: str, path: str) -> None:
    with contextlib.suppress(PolicyError):
        Glob(glob).matches(path)


@pytest.mark.parametrize(
    ("path", "merged"),
    [
        ("bin/sh", "usr/bin/sh"),
        ("sbin/init", "usr/sbin/init"),
        ("lib64/ld.so", "usr/lib64/ld.so"),
        ("lib", "lib"),
        ("libexec/x", "libexec/x"),
        ("usr/bin/sh", "usr/bin/sh"),
    ],
)
def test_merged_usr(path: str, merged: str) -> None:
    assert merge_usr(path) == merged
