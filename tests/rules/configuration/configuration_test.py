"""What a packages_layer adds to its packages, in images on the catalogue."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest


def entries(layers: str) -> dict[str, dict[str, Any]]:
    """Return the entries of an image by path, the highest layer's last."""
    found = {}
    for path in os.environ[layers.upper()].split():
        facts = json.loads(Path(os.environ["RUNFILES_DIR"], path).read_text())
        found.update({entry["path"]: entry for entry in facts["entries"]})
    return found


@pytest.mark.parametrize("layers", ["java", "java_layers"])
def test_the_alternatives_of_java_are_there(layers: str) -> None:
    found = entries(layers)
    assert found["usr/bin/java"]["target"] == "/etc/alternatives/java"
    program = found["etc/alternatives/java"]["target"].strip("/")
    assert found[program]["type"] in {"file", "symlink"}


@pytest.mark.parametrize("layers", ["java", "java_layers"])
def test_the_loaders_cache_is_made_for_the_whole_image(layers: str) -> None:
    assert entries(layers)["etc/ld.so.cache"]["generated"] == "configured"


@pytest.mark.parametrize("layers", ["java", "java_layers"])
def test_java_has_its_trust_store(layers: str) -> None:
    assert entries(layers)["etc/ssl/certs/java/cacerts"]["size"] > 0


def test_it_can_be_turned_off() -> None:
    assert "usr/bin/java" not in entries("plain")
    assert entries("plain")["etc/ld.so.cache"]["generated"] != "configured"


def test_a_package_that_the_base_has_in_part_is_completed_when_it_is_asked_for() -> None:
    found = entries("completed")
    assert found["usr/sbin/ldconfig"]["origin"] == "libc-bin"
    assert "usr/bin/getent" in found


def test_a_dependency_stays_as_the_base_has_it() -> None:
    found = entries("not_completed")
    assert "usr/lib/x86_64-linux-gnu/libnss_hesiod.so.2" in found
    assert "usr/sbin/ldconfig" not in found


def test_a_path_policy_says_what_whole_means() -> None:
    assert not [path for path in entries("not_completed") if path.endswith("/gconv/EUC-JP.so")]
