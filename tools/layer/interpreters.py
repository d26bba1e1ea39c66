"""Guesses Debian's package of a script's interpreter from its name."""

from __future__ import annotations

import re

_INTERPRETERS = {
    "awk": "mawk", "bash": "bash", "csh": "csh", "dash": "dash", "env": "coreutils",
    "expect": "expect", "fish": "fish", "gawk": "gawk", "gjs": "gjs", "guile": "guile-3.0",
    "ksh": "ksh93u+m", "ksh93": "ksh93u+m", "lua": "lua5.4", "lua5.4": "lua5.4", "m4": "m4",
    "make": "make", "mawk": "mawk", "mksh": "mksh", "node": "nodejs", "nodejs": "nodejs",
    "nft": "nftables", "perl": "perl-base", "php": "php-cli", "pwsh": "", "python": "python3",
    "python3": "python3-minimal", "ruby": "ruby", "Rscript": "r-base-core", "sed": "sed",
    "sh": "dash", "tclsh": "tcl", "tcsh": "tcsh", "wish": "tk", "zsh": "zsh", "escript":
    "erlang-base", "ocaml": "ocaml", "racket": "racket", "pypy3": "pypy3",
    "java": "default-jre-headless",
    "gst-launch-1.0": "gstreamer1.0-tools", "xdg-open": "xdg-utils",
}  # fmt: skip
"""By name of the program; those of Debian 13."""

_VERSIONED = re.compile(r"(python|ruby|php|lua|perl|tclsh|wish|guile-)(\d[\d.]*)")


def package_of_interpreter(program: str) -> str:
    """Return the package that has a program, by its name or path; empty if that is not known."""
    name = program.rpartition("/")[2]
    if name in _INTERPRETERS:
        return _INTERPRETERS[name]
    found = _VERSIONED.fullmatch(name)
    if not found:
        return ""
    kind, version = found.groups()
    prefix = {"tclsh": "tcl", "wish": "tk", "perl": "perl-base"}.get(kind, kind)
    suffix = {"python": "-minimal", "php": "-cli"}.get(kind, "")
    return prefix if kind == "perl" else f"{prefix}{version}{suffix}"
