"""What every workflow must satisfy; what only GitHub knows is not checked.

Code of the tree, and all that it fetches, runs where it can change nothing: of the jobs that may
write, only the one that pushes images runs it, and no checkout keeps its credentials.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

WORKFLOWS = sorted(Path(".github/workflows").glob("*.yml"))
RUNS_THE_TREE = re.compile(r"bazelw|\.ci/|python3?\b|npm\b")
PINNED = re.compile(r"uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)*")


def read(path: Path) -> dict[Any, Any]:
    data: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return data


def test_there_are_some() -> None:
    assert {path.stem for path in WORKFLOWS} >= {"ci", "release", "update"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned_by_commit(path: Path) -> None:
    for line in path.read_text(encoding="utf-8").splitlines():
        if "uses:" in line:
            assert PINNED.fullmatch(line.strip().removeprefix("- ")), line


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_no_more_rights_than_are_stated(path: Path) -> None:
    workflow = read(path)
    assert isinstance(workflow["permissions"], dict), "the default is everything"
    assert "write" not in workflow["permissions"].values(), "a job asks for what it needs"
    for job in workflow["jobs"].values():
        # A job of another repository's workflow has that one's limits.
        assert "uses" in job or job["timeout-minutes"] <= 120
        assert isinstance(job.get("permissions", {}), dict), "the rights are listed one by one"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_no_workflow_runs_strangers_changes_with_rights(path: Path) -> None:
    # YAML 1.1 reads the key `on` as a boolean.
    assert not {"pull_request_target", "workflow_run"} & set(read(path)[True])


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_checkouts_keep_no_credentials(path: Path) -> None:
    for job in read(path)["jobs"].values():
        for step in job.get("steps", []):
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_only_the_push_of_images_runs_the_tree_with_rights(path: Path) -> None:
    for name, job in read(path)["jobs"].items():
        scripts = "\n".join(step.get("run", "") for step in job.get("steps", []))
        if "write" in job.get("permissions", {}).values() and RUNS_THE_TREE.search(scripts):
            assert (path.stem, name) == ("release", "images")
            assert "bazelw test" not in scripts
            assert ".ci/run" not in scripts


def test_an_update_is_made_without_rights_and_proposed_without_running_it() -> None:
    jobs = read(Path(".github/workflows/update.yml"))["jobs"]
    assert jobs["update"]["permissions"] == {"contents": "read"}
    assert jobs["verify"]["needs"] == "update"
    assert jobs["propose"]["needs"] == "verify"
    assert jobs["propose"]["permissions"] == {"contents": "write", "pull-requests": "write"}
    tokens = [step for step in jobs["update"]["steps"] if "token" in str(step.get("env"))]
    assert tokens == []


def test_locks_are_compared_with_what_archives_signed_before_anybody_reviews_them() -> None:
    for name, job in (("ci", "ci"), ("update", "verify")):
        found = read(Path(f".github/workflows/{name}.yml"))["jobs"][job]
        assert "write" not in found.get("permissions", {}).values()
        scripts = [step.get("run", "") for step in found["steps"]]
        (verifies,) = (number for number, each in enumerate(scripts) if ".ci/verify" in each)
        # Before anything of the change is built.
        assert not any(RUNS_THE_TREE.search(each) for each in scripts[:verifies])
    assert "--verify" in Path(".ci/verify").read_text(encoding="utf-8")


def test_nothing_is_published_before_it_is_tested_and_the_archive_is_attested() -> None:
    jobs = read(Path(".github/workflows/release.yml"))["jobs"]
    assert jobs["test"]["permissions"] == {"contents": "read"}
    needs = {name: job.get("needs") for name, job in jobs.items()}
    assert needs == {"test": None, "archive": "test", "images": "test", "registry": "archive"}
    steps = jobs["archive"]["steps"]
    attests = [
        index
        for index, step in enumerate(steps)
        if step.get("uses", "").startswith("actions/attest-build-provenance@")
    ]
    publishes = [
        index for index, step in enumerate(steps) if "gh release create" in step.get("run", "")
    ]
    assert len(attests) == len(publishes) == 1
    assert attests < publishes
    assert steps[attests[0]]["with"]["subject-path"] == "archive/*.tar.gz"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_nothing_that_a_stranger_writes_becomes_a_command(path: Path) -> None:
    for job in read(path)["jobs"].values():
        for step in job.get("steps", []):
            assert "${{" not in step.get("run", ""), "pass it by env"


def test_the_registry_is_given_the_archives_that_a_release_has() -> None:
    source = json.loads(Path(".bcr/source.template.json").read_text())
    values = {"OWNER": "rules-plinth", "REPO": "rules_plinth", "TAG": "v1.2.3", "VERSION": "1.2.3"}
    urls = [source[key].format(**values) for key in ("url", "docs_url")]
    steps = read(Path(".github/workflows/release.yml"))["jobs"]["test"]["steps"]
    script = "\n".join(step.get("run", "") for step in steps)
    name = re.search(r'name="archive/(.*)"', script)
    assert name
    assert name[1].replace("${GITHUB_REF_NAME#v}", "1.2.3") == "rules_plinth-1.2.3"
    assert [url.rpartition("/")[2] for url in urls] == [
        f"rules_plinth-1.2.3{suffix}" for suffix in re.findall(r'"\$name(.*)"', script)
    ]
    assert source["strip_prefix"].format(**values) == "rules_plinth-1.2.3"
