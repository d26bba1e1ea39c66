"""Popular wheels, npm packages and jars at work: the tables in tests/e2e/software."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.container.container import Container
from tests.integration.nested_bazel import NestedBazel, source_tree

_SOFTWARE = Path(source_tree(), "tests/e2e/software")
_OPTION = {"npm": "-e", "wheels": "-c"}
_TABLES = {kind: tomllib.loads((_SOFTWARE / kind / "cases.toml").read_text()) for kind in _OPTION}
_LACKING = {kind: table.pop("lacking") for kind, table in _TABLES.items()}
_JARS = tomllib.loads((_SOFTWARE / "jars/cases.toml").read_text())
_JAVA = ("java21", "java25")
_TESTS_FAILED = 3  # Bazel's exit code


@dataclass(frozen=True)
class Built:
    """The images, what their closure tests say, and what each Java prints for each jar."""

    images: dict[str, Container]
    closures: str
    jars: dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    directory = tmp_path_factory.mktemp("software")
    bazel = NestedBazel(str(_SOFTWARE), str(directory / "output_base"))
    try:
        prefix = f"--symlink_prefix={directory}/bazel-"
        done = bazel.run("build", "//...", prefix)
        assert done.returncode == 0, done.stdout + done.stderr
        judged = bazel.run("test", "//...", prefix, "--keep_going", "--test_output=all")
        assert judged.returncode in {0, _TESTS_FAILED}, judged.stdout + judged.stderr
        images = {
            kind: Container(str(directory / "bazel-bin" / kind / "image")) for kind in _OPTION
        }
        jars = {
            java: _work_of_jars(Container(str(directory / f"bazel-bin/jars/{java}_image")))
            for java in _JAVA
        }
        yield Built(images, judged.stdout + judged.stderr, jars)
    finally:
        bazel.shut_down()


def _work_of_jars(container: Container) -> dict[str, str]:
    ran = container.run(*_JARS, timeout=600)
    lines = [line.partition("\t") for line in ran.stdout.splitlines()]
    return {name: printed for name, separator, printed in lines if separator}


def test_there_are_enough() -> None:
    assert len(_JARS) >= 60
    assert len(_TABLES["wheels"]) >= 150
    assert len(_TABLES["npm"]) >= 60


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, table in _TABLES.items() for name in table]
)
def test_a_package_does_its_work(built: Built, kind: str, name: str) -> None:
    case = _TABLES[kind][name]
    ran = built.images[kind].run(_OPTION[kind], case["run"], timeout=300)
    assert (ran.returncode, ran.stdout.strip()) == (0, case["prints"]), ran.stderr


@pytest.mark.parametrize("java", _JAVA)
@pytest.mark.parametrize("name", _JARS)
def test_a_jar_does_its_work(built: Built, java: str, name: str) -> None:
    assert built.jars[java].get(name) == _JARS[name]["prints"]


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, table in _LACKING.items() for name in table]
)
def test_what_is_lacking_is_named(built: Built, kind: str, name: str) -> None:
    assert _LACKING[kind][name] in built.closures


def test_nothing_else_is_lacking(built: Built) -> None:
    # pyodbc links libodbc.so.2; what others lack is opened by name, or to be compiled: notes.
    assert "closure of //wheels:image (linux/amd64): 1 problem in" in built.closures
    assert "closure of //npm:image (linux/amd64): complete" in built.closures
    for java in _JAVA:
        assert f"closure of //jars:{java}_image (linux/amd64): complete" in built.closures
