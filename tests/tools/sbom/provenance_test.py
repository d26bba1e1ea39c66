"""What a statement says of the sources of a build, and when it cannot say it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tools.action.params import Params
from tools.sbom.provenance_verb import StampError, provenance
from tools.sbom.subject import Subject

if TYPE_CHECKING:
    from pathlib import Path

REVISION = "0123456789abcdef0123456789abcdef01234567"


def sources(status: Path, **params: str) -> Any:
    values = {"builder": "https://ci.example", "status": str(status), **params}
    statement = provenance(
        Params({key: [value] for key, value in values.items()}),
        Subject("//:image", "sha256:" + "00" * 32),
        [],
    )
    return statement["predicate"]["buildDefinition"]["resolvedDependencies"]


def test_the_revision_is_that_of_the_workspace_status(tmp_path: Path) -> None:
    status = tmp_path / "status.txt"
    status.write_text(f"BUILD_USER root\nSTABLE_COMMIT {REVISION}\n")
    (source,) = sources(status, revision_key="STABLE_COMMIT", repository="https://git.example/a")
    assert source == {"uri": "https://git.example/a", "digest": {"gitCommit": REVISION}}


def test_a_status_without_the_revision_is_refused(tmp_path: Path) -> None:
    status = tmp_path / "status.txt"
    status.write_text("BUILD_USER root\n")
    with pytest.raises(StampError) as refused:
        sources(status, revision_key="STABLE_COMMIT")
    assert str(refused.value) == (
        "the workspace status has no STABLE_COMMIT, which stamp asks for\n"
        "  give a --workspace_status_command that prints: STABLE_COMMIT REVISION"
    )
