"""A persistent worker answers requests as an action of its own would."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

from tools.__main__ import run_action
from tools.worker import serve

if TYPE_CHECKING:
    from pathlib import Path


def answers(*requests: dict[str, Any]) -> list[dict[str, Any]]:
    responses = io.StringIO()
    serve(run_action, [json.dumps(request) for request in requests], responses)
    return [json.loads(line) for line in responses.getvalue().splitlines()]


def arguments(directory: Path, name: str) -> list[str]:
    params = {
        "os_release": {"ID": name},
        "out_segment": str(directory / f"{name}.segment"),
        "out_facts": str(directory / f"{name}.json"),
    }
    return ["os-release-fragment", *(json.dumps({key: params[key]}) for key in params)]


def test_one_process_does_many_actions(tmp_path: Path) -> None:
    names = ["debian", "ubuntu"]
    assert answers(*({"arguments": arguments(tmp_path, name)} for name in names)) == [
        {"exitCode": 0, "output": "", "requestId": 0}
    ] * len(names)
    for name in names:
        assert (tmp_path / f"{name}.segment").stat().st_size


def test_an_error_is_told_and_the_worker_goes_on(tmp_path: Path) -> None:
    bad, good = answers(
        {"arguments": ["layer", '{"colour": "red"}'], "requestId": 7},
        {"arguments": arguments(tmp_path, "debian")},
    )
    assert bad["exitCode"] == 1
    assert bad["requestId"] == 7
    assert bad["output"] == "error: params: unknown key 'colour'\n"
    assert good["exitCode"] == 0
