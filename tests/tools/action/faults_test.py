"""What is left when actions are killed, have no room, or run in odd places.

``PLINTH_KILLS`` is how often they are killed; many times it is done by
``./bazelw test --config=exhaustive //tests/exhaustive:action_faults_test``.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.faults.child import Child
from tests.faults.clock import set_clock
from tests.faults.disk import CANNOT_MOUNT, mounted
from tests.faults.storm import storm
from tests.tools.action.worker_client import request
from tests.tools.deb_builder import Deb, Entry
from tools.action.program import main


class Actions:
    """Fragments of packages and the layer of them, in a directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.outputs = directory / "outputs"
        self.outputs.mkdir()
        chance = random.Random(0)  # noqa: S311 - bytes that do not compress
        debs = [
            Deb([Entry(f"usr/lib/{name}", chance.randbytes(100_000))], name=name)
            for name in ("app", "lib", "doc")
        ]
        self.fragments = [self._fragment(deb) for deb in debs]
        self.layer = self._layer(debs)

    def one_by_one(self) -> int:
        """Run each action in this process; return the first status that is not 0."""
        for number, lines in enumerate([*self.fragments, self.layer]):
            params = self.directory / f"{number}.params"
            params.write_text("\n".join(lines) + "\n")
            status = main([f"@{params}"])
            if status:
                return status
        return 0

    def in_a_worker(self) -> int:
        """Make the fragments in a persistent worker, which is asked for all of them at once."""
        requests = self.directory / "requests"
        requests.write_bytes(
            b"".join(request(lines, number) for number, lines in enumerate(self.fragments, 1))
        )
        os.dup2(os.open(requests, os.O_RDONLY), 0)
        return main(["--persistent_worker"])

    def run(self, function: Callable[[], int], last_step: int = 0) -> Child:
        """Run them in another process."""
        return Child(self.directory / "log", function, last_step)

    def content(self) -> dict[str, bytes]:
        """Return what they have written."""
        return {path.name: path.read_bytes() for path in self.outputs.iterdir()}

    def _fragment(self, deb: Deb) -> list[str]:
        return _params(
            "package-fragment",
            ("deb", deb.write(self.directory)),
            ("package", deb.facts),
            ("out_segment", str(self.outputs / f"{deb.name}.segment")),
            ("out_facts", str(self.outputs / f"{deb.name}.json")),
        )

    def _layer(self, debs: list[Deb]) -> list[str]:
        segments = [
            {
                "segment": str(self.outputs / f"{deb.name}.segment"),
                "facts": str(self.outputs / f"{deb.name}.json"),
            }
            for deb in debs
        ]
        return _params(
            "layer",
            *(("segment", segment) for segment in segments),
            ("compression", {"format": "gzip"}),
            ("out_layer", str(self.outputs / "layer")),
            ("out_facts", str(self.outputs / "layer.json")),
        )


def _params(verb: str, *params: tuple[str, Any]) -> list[str]:
    return [verb, *(json.dumps({key: value}) for key, value in params)]


@pytest.fixture
def actions(tmp_path: Path) -> Actions:
    """Make some in a directory whose path has spaces, quotes and letters of several languages."""
    directory = tmp_path / 'ein Ordner, l\'été 東京 "x"'
    directory.mkdir()
    return Actions(directory)


def test_outputs_of_killed_actions_are_written_again(actions: Actions) -> None:
    assert actions.run(actions.one_by_one).wait() == (0, "")
    expected = actions.content()
    assert len(expected) == 8
    for _ in storm(
        lambda step: actions.run(actions.one_by_one, step), lambda: clear(actions), seed=4
    ):
        # Bazel believes nothing of an action that was killed. Its files may still be there.
        assert actions.run(actions.one_by_one).wait() == (0, "")
        assert actions.content() == expected


def test_a_worker_that_is_killed_writes_nothing_afterwards(actions: Actions) -> None:
    assert actions.run(actions.in_a_worker).wait()[0] == 0
    expected = actions.content()
    assert len(expected) == 6
    for _ in storm(
        lambda step: actions.run(actions.in_a_worker, step), lambda: clear(actions), seed=5
    ):
        left = actions.content()
        assert actions.content() == left
        assert actions.run(actions.in_a_worker).wait()[0] == 0
        assert actions.content() == expected


def clear(actions: Actions) -> None:
    """Remove the outputs, as Bazel does before an action."""
    for path in actions.outputs.iterdir():
        path.unlink()


@pytest.mark.parametrize("options", ["size=64k", "size=250k", "nr_inodes=2", "ro"])
@pytest.mark.parametrize("how", ["one by one", "in a worker"])
def test_a_disk_that_takes_nothing(actions: Actions, options: str, how: str) -> None:
    work = actions.one_by_one if how == "one by one" else actions.in_a_worker
    child = actions.run(lambda: mounted(options, actions.outputs, work))
    status, said = child.wait()
    if status == CANNOT_MOUNT:
        # Where a sandbox permits no mount, a full device replaces it.
        for name in ("app.segment", "lib.segment", "doc.segment"):
            (actions.outputs / name).symlink_to("/dev/full")
        status, said = actions.run(work).wait()
    assert status == (1 if how == "one by one" else 0), said
    error = said[said.index("error: ") :]
    assert error.startswith(f"error: cannot write {actions.outputs}/"), said
    assert "\n  Make room there, or make it writable.\n" in error


@pytest.mark.parametrize("years", [-10, 10])
def test_a_clock_that_is_years_off(actions: Actions, years: int) -> None:
    assert actions.run(actions.one_by_one).wait() == (0, "")
    expected = actions.content()
    clear(actions)

    def elsewhen() -> int:
        set_clock(years)
        return actions.one_by_one()

    assert actions.run(elsewhen).wait() == (0, "")
    assert actions.content() == expected
