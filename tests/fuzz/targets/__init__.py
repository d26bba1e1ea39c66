"""Who reads what: one module for each kind of input."""

from __future__ import annotations

from tests.fuzz.targets import advisories, archives, contents, debian, effects, images, locks, rules

TARGETS = {
    target.name: target
    for module in (advisories, archives, contents, debian, effects, images, locks, rules)
    for target in module.TARGETS
}
"""Every target by its name."""
