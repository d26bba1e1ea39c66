"""Each verb's module lists the parameters that it takes."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from tools.action.params import Params
from tools.action.program import VERBS
from tools.inspect.report import REPORT_KEYS
from tools.inspect.verdict import VERDICT_KEYS
from tools.layer.fragment import FRAGMENT_KEYS
from tools.sbom.subject import SUBJECT_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterable

SHARED = {
    "tools.layer.fragment": FRAGMENT_KEYS,
    "tools.inspect.report": REPORT_KEYS,
    "tools.inspect.verdict": VERDICT_KEYS,
    "tools.sbom.subject": SUBJECT_KEYS,
}


class KeysError(Exception):
    """Ends a verb as soon as it has said which keys it knows."""


class Keys(Params):
    """Parameters that only ask for the keys."""

    def only(self, keys: Iterable[str]) -> None:
        """Say which they are."""
        raise KeysError(*keys)


def documented(module: str) -> set[str]:
    """Return the keys in the docstring of a module: ``    one, other*?    what they mean``."""
    # Not of ``__doc__``, which Python 3.13 strips of the indentation.
    docstring = inspect.getsource(import_module(module)).split('"""')[1]
    lines = re.findall(r"^ {4}((?:\w+[*?]*(?:, )?)+)(?: {2,}|$)", docstring, re.MULTILINE)
    return {key.rstrip("*?") for line in lines for key in line.split(", ")}


@pytest.mark.parametrize("module", VERBS.values())
def test_a_verb_documents_its_keys(module: str) -> None:
    with pytest.raises(KeysError) as caught:
        import_module(module).run(Keys({}))
    keys = set(caught.value.args)
    for shared in SHARED.values():
        keys -= set(shared) if keys >= set(shared) else set()
    assert documented(module) == keys


@pytest.mark.parametrize("module", SHARED)
def test_keys_of_many_verbs_are_documented_once(module: str) -> None:
    assert documented(module) == set(SHARED[module])
