"""passwd, group and homes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.tools.workbench import Failed, Workbench

ROOT: dict[str, Any] = {"name": "root", "uid": 0, "gid": 0, "home": "/root"}
NOBODY: dict[str, Any] = {"name": "nobody", "uid": 65534, "gid": 65534}
NONROOT: dict[str, Any] = {"name": "nonroot", "uid": 65532, "gid": 65532, "home": "/home/nonroot"}


def test_as_distroless_images_have_them(workbench: Workbench) -> None:
    fragment = workbench.fragment(
        "accounts-fragment",
        *(("user", user) for user in (ROOT, NOBODY, NONROOT)),
        ("group", {"name": "root", "gid": 0}),
        ("group", {"name": "staff", "gid": 50, "members": ["nonroot", "root"]}),
    )
    assert fragment.content("etc/passwd").decode() == (
        "root:x:0:0:root:/root:/sbin/nologin\n"
        "nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\n"
        "nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n"
    )
    assert fragment.content("etc/group") == b"root:x:0:\nstaff:x:50:nonroot,root\n"
    assert fragment.entry("etc/passwd")["mode"] == 0o644
    homes = {item["path"]: item for item in fragment.facts["entries"] if "sha256" not in item}
    assert sorted(homes) == ["home/nonroot", "root"]
    assert (homes["home/nonroot"]["mode"], homes["home/nonroot"]["uid"]) == (0o700, 65532)


def test_homes_can_be_left_out_or_opened(workbench: Workbench) -> None:
    fragment = workbench.fragment(
        "accounts-fragment",
        ("user", {**ROOT, "create_home": False}),
        ("user", {**NONROOT, "home_mode": "0755"}),
    )
    assert "root" not in fragment.paths
    assert fragment.entry("home/nonroot")["mode"] == 0o755


@pytest.mark.parametrize(
    ("users", "message"),
    [
        ([ROOT, ROOT], "user 'root' is there twice"),
        ([{**ROOT, "uid": -1}], "uid -1 is not a number"),
        ([{**ROOT, "uid": "0"}], "uid '0' is not a number"),
        ([{**ROOT, "gecos": "a:b"}], "a field has a colon"),
        ([{**ROOT, "home": "/x\n"}], "a line break"),
        ([{"uid": 0, "gid": 0}], "a user without a name"),
    ],
)
def test_bad_accounts(workbench: Workbench, users: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(Failed, match=message):
        workbench.fragment("accounts-fragment", *(("user", user) for user in users))


def test_accounts_are_added_to_those_of_the_layers_below(workbench: Workbench) -> None:
    nonroot = {"name": "nonroot", "uid": 65532, "gid": 65532, "home": "/home/nonroot"}
    lower = workbench.fragment(
        "accounts-fragment", ("user", nonroot), ("group", {"name": "nonroot", "gid": 65532})
    )
    _, facts = workbench.layer(lower)
    more = workbench.fragment(
        "accounts-fragment",
        ("user", {"name": "www-data", "uid": 33, "gid": 33}),
        ("group", {"name": "www-data", "gid": 33}),
        ("below", str(facts)),
    )
    names = [line.split(":")[0] for line in more.content("etc/passwd").decode().splitlines()]
    assert names == ["nonroot", "www-data"]
    assert more.facts["made_over"] == [json.loads(facts.read_text())["digest"]]
    with pytest.raises(Failed, match="of a layer below has 'nonroot:x:65532:"):
        workbench.fragment(
            "accounts-fragment", ("user", {**nonroot, "uid": 1000}), ("below", str(facts))
        )
