"""Wheels of a company's own index, which is a directory."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.nested_bazel import NestedBazel, source_tree

MODULE = f"""
bazel_dep(name = "rules_plinth")
local_path_override(module_name = "rules_plinth", path = "{source_tree()}")
pypi = use_extension("@rules_plinth//rules:pypi.bzl", "pypi")
pypi.install(name = "wheels", requirements = "//:requirements.txt")
use_repo(pypi, "wheels")
"""


@dataclass(frozen=True)
class Company:
    """A workspace, and an index next to it."""

    bazel: NestedBazel
    directory: Path

    def publish(self, index: str, name: str, requires: str = "") -> str:
        """Put version 1.0 of a distribution into an index; gives the line that pins it."""
        page = self.directory / index / name
        page.mkdir(parents=True, exist_ok=True)
        wheel = page / f"{name}-1.0-py3-none-any.whl"
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
        if requires:
            metadata += f"Requires-Dist: {requires}\n"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr(f"{name}.py", "")
            archive.writestr(f"{name}-1.0.dist-info/METADATA", metadata)
            archive.writestr(f"{name}-1.0.dist-info/WHEEL", "Tag: py3-none-any\n")
            archive.writestr(f"{name}-1.0.dist-info/RECORD", "")
        sha256 = hashlib.sha256(wheel.read_bytes()).hexdigest()
        page.joinpath("index.html").write_text(
            f'<a href="{wheel.name}#sha256={sha256}">{wheel.name}</a>'
        )
        return f"{name}==1.0 --hash=sha256:{sha256}\n"

    def write(self, path: str, text: str) -> None:
        """Write a file of the workspace."""
        place = Path(self.bazel.workspace, path)
        place.parent.mkdir(exist_ok=True)
        place.write_text(text)

    def wheels(self, target: str, index: str, *, network: bool = True) -> tuple[set[str], str]:
        """Return the wheels that a target of the hub brings, and what the user reads."""
        done = self.bazel.run(
            "cquery",
            f'kind("^wheel rule", deps({target}))',
            "--output=label",
            "--lockfile_mode=off",
            environment={"PLINTH_PYPI_INDEX": index},
            network=network,
        )
        names = {
            line.partition("~wheels_")[2].partition("_amd64")[0] for line in done.stdout.split()
        }
        return names - {""}, done.stderr


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    if os.geteuid() != 0:
        pytest.skip("cutting off the network of a process takes root")
    directory = tmp_path_factory.mktemp("company")
    (directory / "workspace").mkdir()
    bazel = NestedBazel(str(directory / "workspace"), str(directory / "output_base"))
    company = Company(bazel, directory)
    company.write("MODULE.bazel", MODULE)
    company.write("BUILD.bazel", "")
    yield company
    bazel.shut_down()


def test_wheels_without_a_network(company: Company) -> None:
    lines = [company.publish("main", name) for name in ("library", "other")]
    lines.append(company.publish("main", "service", requires="library"))
    company.write("requirements.txt", "".join(lines))
    index = f"file://{company.directory}/main"
    brought, _ = company.wheels("@wheels//:all", index, network=False)
    assert brought == {"service", "library", "other"}
    assert company.wheels("@wheels//service", index)[0] == {"service", "library"}


def test_constraints_pin_what_requirements_ask_for(company: Company) -> None:
    pins = [company.publish("main", "service", requires="library")]
    pins += [company.publish("main", name) for name in ("library", "other")]
    company.write("locks/constraints.txt", "".join(pins))
    company.write("locks/base.txt", "-c constraints.txt\nservice\n")
    company.write("requirements.txt", "-r locks/base.txt\n")
    index = f"file://{company.directory}/main"
    assert company.wheels("@wheels//:all", index)[0] == {"service", "library"}


def test_an_index_beside_the_main_one(company: Company) -> None:
    pins = company.publish("main", "public") + company.publish("own", "private")
    own = f"file://{company.directory}/own"
    company.write("requirements.txt", f"--extra-index-url {own}\n{pins}")
    index = f"file://{company.directory}/main"
    assert company.wheels("@wheels//:all", index)[0] == {"public", "private"}


@pytest.mark.parametrize("start", ["../", "{}/", "file://{}/"])
def test_a_directory_of_wheels(company: Company, start: str) -> None:
    pins = company.publish("main", "public") + company.publish("own", "Private_Thing")
    place = start.format(company.directory) + "own/Private_Thing"
    company.write("requirements.txt", f"--find-links {place}\n{pins}")
    index = f"file://{company.directory}/main"
    assert company.wheels("@wheels//:all", index)[0] == {"public", "private-thing"}


def test_a_directory_without_the_wheel_is_named(company: Company) -> None:
    company.publish("own", "other")
    company.write("requirements.txt", f"-f ../own/other\nother==1.0 --hash=sha256:{'0' * 64}\n")
    message = company.wheels("@wheels//other", f"file://{company.directory}/main")[1]
    assert "none of the pinned files is at " in message
    assert "/workspace/../own/other or file:///" in message, message


def test_who_was_asked_in_vain_is_named(company: Company) -> None:
    company.publish("main", "public")
    company.write("requirements.txt", f"public==1.0 --hash=sha256:{'0' * 64}\n")
    index = f"file://{company.directory}/main"
    message = company.wheels("@wheels//public", index)[1]
    assert f"none of the pinned files is at {index}/public/" in message, message


def test_an_index_over_plain_http_is_refused(company: Company) -> None:
    company.write("requirements.txt", company.publish("main", "insecure"))
    message = company.wheels("@wheels//insecure", "http://packages.example/simple")[1]
    assert "http://packages.example/simple uses plain http" in message
    assert "uv.lock" in message


def test_requirements_that_are_not_there_are_named(company: Company) -> None:
    Path(company.bazel.workspace, "requirements.txt").unlink()
    message = company.wheels("@wheels//any", "file:///nonexistent")[1]
    assert "//:requirements.txt: there is no such file." in message
