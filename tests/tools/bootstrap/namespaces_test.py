"""The message when the kernel refuses user namespaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tools.bootstrap import namespaces
from tools.bootstrap.namespaces import NamespaceError, check_namespaces

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("setting", "value", "command"),
    [
        (
            "kernel/apparmor_restrict_unprivileged_userns",
            "1",
            "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
        ),
        (
            "kernel/unprivileged_userns_clone",
            "0",
            "sudo sysctl -w kernel.unprivileged_userns_clone=1",
        ),
        ("user/max_user_namespaces", "0", "sudo sysctl -w user.max_user_namespaces=15000"),
    ],
)
def test_the_setting_that_forbids_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, command: str
) -> None:
    (tmp_path / setting).parent.mkdir()
    (tmp_path / setting).write_text(value + "\n")
    monkeypatch.setattr(namespaces, "may_have_namespaces", lambda: False)
    with pytest.raises(NamespaceError) as caught:
        check_namespaces(str(tmp_path))
    assert str(caught.value).splitlines()[1] == f"  Run: {command}"
    assert "Or install Bazelisk" in str(caught.value)


def test_without_such_a_setting_it_must_be_a_container(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(namespaces, "may_have_namespaces", lambda: False)
    with pytest.raises(NamespaceError, match="In a container: start it with --privileged"):
        check_namespaces(str(tmp_path))


def test_trying_it_changes_nothing_here() -> None:
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        before = file.read()
    assert namespaces.may_have_namespaces() in (True, False)
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        assert file.read() == before
