"""Drivers of ODBC, as odbcinst(1) registers them."""

from __future__ import annotations

from tests.tools.effects.script import effects_of, shown
from tools.effects.effect import NotReproduced

TEMPLATE = """# Drivers
[One Driver]
Description = a driver
Driver=libone.so

[Two]
Driver=libtwo.so
"""
SECTIONS = {
    "One Driver": "Description=a driver\nDriver=libone.so\nUsageCount=1\n\n",
    "Two": "Driver=libtwo.so\nUsageCount=1\n\n",
}


def test_each_driver_is_added_unless_it_is_there() -> None:
    script = (
        'if ! odbcinst -q -d -n "One Driver" > /dev/null; then\n'
        "odbcinst -i -d -f /usr/share/one/template 1>&2\nfi"
    )
    effects = effects_of(script, {"/usr/share/one/template": TEMPLATE})
    assert not [effect for effect in effects if isinstance(effect, NotReproduced)]
    assert [effect.to_json()["content"] for effect in effects] == [
        f"[{name}]\n{values}" for name, values in SECTIONS.items()
    ]
    ini = "/etc/odbcinst.ini"
    assert [effect.to_json()["when"] for effect in effects] == [
        [["matches-not", f"{ini} ^\\[One\\ Driver\\]$"]],
        [
            ["matches-not", f"{ini} ^\\[One\\ Driver\\]$"],
            ["matches-not", f"{ini} ^\\[Two\\]$"],
        ],
    ]


def test_a_template_may_come_from_standard_input() -> None:
    (effect,) = effects_of("odbcinst -i -d -r <<E\n[x]\nDriver=a\nE\n")
    assert effect.to_json()["content"] == "[x]\nDriver=a\nUsageCount=1\n\n"


def test_what_is_not_understood_is_reported() -> None:
    for script in ("odbcinst -i -s -f /x", "odbcinst -i -d -f /usr/share/of-another"):
        assert [text.split()[0] for text in shown(effects_of(script))] == ["not-reproduced"]
