"""Which programs a script cannot do without."""

from __future__ import annotations

import pytest

from tools.effects.shell.required import required_programs


@pytest.mark.parametrize(
    ("script", "programs"),
    [
        ("cat /etc/x | sed s/a/b/", "cat sed"),
        ("d=$(dirname \"$0\"); cd $d", "dirname"),
        ("if [ `id -u` -eq 0 ]; then ulimit -n 8192; fi", "id"),
        ("[ -d /run/x ] && mkdir -p /run/x", "mkdir"),
        ("f() { chown x /y; }; f", "chown"),
        ("exec env A=b sleep 1", "env"),
        ("exec nice program; never", "nice program"),
        ("exit 0; never", ""),
        # What may never run, or may be missing:
        ("f() { chown x /y; }", ""),
        ("case $1 in start) program ;; esac", ""),
        ("if [ -e /x ]; then program; else other; fi", ""),
        ("if grep -q x /y; then :; fi", ""),
        ("for x in $(ls); do program; done", "ls"),
        ("program || true", ""),
        ("test -e /x || program", ""),
        ("command -v program >/dev/null && program", ""),
        ("[ -x /usr/bin/program ] && program", ""),
        ("if [ -n \"$A\" ]; then f() { :; }; fi; f", ""),
        ("$PROGRAM x; \"$@\"; /usr/bin/program", ""),
        ("if (", ""),
    ],
)  # fmt: skip
def test_a_script(script: str, programs: str) -> None:
    assert required_programs(script) == sorted(programs.split())
