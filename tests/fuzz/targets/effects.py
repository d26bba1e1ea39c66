"""What packages do when they are installed: maintainer scripts and declarations."""

from __future__ import annotations

from pathlib import Path

from tests.fuzz.target import Target, corpus
from tools.effects.package import package_effects
from tools.effects.shell.parser import parse
from tools.effects.sysusers import sysusers_effects
from tools.effects.tmpfiles import tmpfiles_effects
from tools.effects.triggers import activated, interests

_POSTINST, _SYSUSERS, _TMPFILES = corpus("postinst", "sysusers.conf", "tmpfiles.conf")
_WORDS = (
    b"$(", b"${", b"`", b"'", b'"', b"\\\n", b"<<EOF\n", b"<<-'E'\n", b"case ", b" in ", b";;",
    b"esac", b"if ", b"then ", b"fi\n", b"while :; do ", b"done\n", b"{ ", b"}\n", b"(", b")",
    b"$((", b"))", b"&&", b"||", b"|", b"! ", b"${x:-", b"${x%%*}", b"f() { f; }\nf\n", b". /x\n",
    b"eval ", b"set -- ", b"chown -R a:b /etc", b"adduser --system ", b"ln -s ", b"read ",
    b"shift 9\n", b"[ ", b" ]",
)  # fmt: skip


def _parse(content: bytes, _: Path) -> None:
    parse(content.decode("utf-8", "surrogateescape"))


def _evaluate(content: bytes, _: Path) -> None:
    effects = package_effects(
        {"postinst": content, "preinst": content, "config": content, "triggers": content[:200],
         "templates": content},
        {"name": "tool", "version": "1", "architecture": "amd64"},
        {"/etc/tool": "file", "/usr/lib/sysusers.d/tool.conf": "file",
         "/usr/lib/systemd/system/tool.service": "file"},
        lambda _: content[:500],
    )  # fmt: skip
    for effect in effects:
        effect.to_json()


def _triggers(content: bytes, _: Path) -> None:
    text = content.decode("utf-8", "surrogateescape")
    list(activated(text))
    interests(text)


def _sysusers(content: bytes, _: Path) -> None:
    list(sysusers_effects(content.decode("utf-8", "surrogateescape"), "sysusers.d/a.conf"))


def _tmpfiles(content: bytes, _: Path) -> None:
    list(tmpfiles_effects(content.decode("utf-8", "surrogateescape"), "tmpfiles.d/a.conf"))


TARGETS = (
    Target("shell", _parse, (_POSTINST,), _WORDS),
    Target("maintainer_scripts", _evaluate, (_POSTINST,), _WORDS),
    Target("triggers", _triggers, (b"activate-noawait ldconfig\ninterest /usr/lib\n",)),
    Target("sysusers", _sysusers, (_SYSUSERS,), (b"u ", b"m ", b'"', b"\\x", b" - ", b"%")),
    Target("tmpfiles", _tmpfiles, (_TMPFILES,), (b"L+ ", b"\\x", b'"', b" - ", b"%", b"~0")),
)
