"""What a check of the closure finds, and what it leaves alone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tools.elf_builder import Elf
from tests.tools.inspect.tiny_image import (
    LIBC,
    Content,
    image,
    layer,
    libc,
    package,
    problems,
    program,
    with_files,
)
from tools.errors import PlinthError
from tools.inspect.closure import check_closure
from tools.inspect.closure_messages import newest_version
from tools.inspect.closure_packages import packages_of_library
from tools.inspect.image_facts import ImageFacts

TRIPLET = "usr/lib/x86_64-linux-gnu"


def test_nothing_is_wrong_with_the_c_library() -> None:
    closure = check_closure(image(libc()))
    assert closure.problems == []
    assert closure.counts == {"objects": 2, "programs": 0, "scripts": 0, "links": 3}


def test_a_program_finds_its_libraries() -> None:
    library = Elf(soname="libx.so.1", needed=("libc.so.6",))
    files: dict[str, Content] = {
        "usr/bin/app": program("libx.so.1"),
        f"{TRIPLET}/libx.so.1.2": library,
        f"{TRIPLET}/libx.so.1": "libx.so.1.2",
    }
    assert problems(with_files(files)) == []


def test_a_program_built_against_a_newer_glibc() -> None:
    app = program(
        versions_needed=(("libc.so.6", ("GLIBC_2.34", "GLIBC_2.38", "GLIBC_2.41")),),
        symbols_needed=(("__isoc23_strtol", "GLIBC_2.38"), ("strlcpy", "GLIBC_2.38")),
    )
    (problem,) = check_closure(with_files({"usr/bin/app": app})).problems
    assert problem.text() == (
        "usr/bin/app (//app:files): needs GLIBC_2.38, GLIBC_2.41 of libc.so.6, and the image has"
        " none newer than GLIBC_2.36\n"
        "    GLIBC_2.38: __isoc23_strtol, strlcpy\n"
        "    libc.so.6 is usr/lib/x86_64-linux-gnu/libc.so.6 of libc6 2.36-9\n"
        "    build it against libc6 2.36-9 or an older one, take an image with a newer one, or link"
        " it statically"
    )


def test_a_library_built_against_a_newer_glibc_is_found_without_a_program() -> None:
    plugin = Elf(needed=("libc.so.6",), versions_needed=(("libc.so.6", ("GLIBC_2.99",)),))
    assert problems(with_files({"opt/app/plugin.so": plugin})) == [
        ("missing-version", "opt/app/plugin.so")
    ]


def test_a_version_may_be_missing_where_the_loader_only_warns() -> None:
    files: dict[str, Content] = {
        "usr/bin/weak": program(versions_needed=(("libc.so.6", ("A",)),), weak=("A",)),
        "usr/bin/app": program("libx.so.1", versions_needed=(("libx.so.1", ("X_1",)),)),
        f"{TRIPLET}/libx.so.1": Elf(soname="libx.so.1"),  # it defines no version at all
    }
    assert problems(with_files(files)) == []


def test_a_missing_library_is_told_once_and_says_who_needs_it() -> None:
    files: dict[str, Content] = {
        "usr/bin/one": program("libx.so.1"),
        "usr/bin/two": program("libx.so.1"),
        f"{TRIPLET}/libx.so.1": Elf(soname="libx.so.1", needed=("libfoo2.so.3",)),
    }
    (problem,) = check_closure(with_files(files)).problems
    assert problem.text() == (
        "usr/lib/x86_64-linux-gnu/libx.so.1 (//app:files): needs libfoo2.so.3, which is not in the"
        " image\n"
        "    needed by the program usr/bin/one\n"
        "    add libfoo2-3, as Debian's rule for names has it, or what `apt-file search"
        " libfoo2.so.3` names"
    )


@pytest.mark.parametrize(
    ("depends", "told"),
    [
        (
            "libc6 (>= 2.36), zlib1g (>= 1:1.2.0), perl | perl-base",
            "libx1 depends on zlib1g (>= 1:1.2.0), perl | perl-base, and the image has no such"
            " package",
        ),
        ("libc6 (>= 2.41)", "libx1 depends on libc6 (>= 2.41), and the image has no such package"),
        (
            "libc6 (>= 2.36), libc6-gone | libc6",
            "all that libx1 depends on is in the image",
        ),
    ],
)
def test_what_a_package_depends_on_tells_where_its_library_is(depends: str, told: str) -> None:
    package = {"name": "libx1", "version": "1", "depends": depends}
    files: dict[str, Content] = {f"{TRIPLET}/libx.so.1": Elf(needed=("libz.so.1",))}
    found = image(libc(), layer(files, origin="libx1", package=package))
    closure = check_closure(found)
    (problem,) = (*closure.problems, *closure.notes)
    assert problem.details == (told,)


def test_a_library_where_the_loader_does_not_look() -> None:
    files: dict[str, Content] = {
        "usr/bin/app": program("libx.so.1"),
        "opt/lib/libx.so.1": Elf(soname="libx.so.1"),
    }
    (problem,) = check_closure(with_files(files)).problems
    assert "needs libx.so.1, which the dynamic loader does not find" in problem.text()
    assert "it is at opt/lib/libx.so.1; the loader looks in ld.so.cache, /lib/x86" in problem.text()


@pytest.mark.parametrize(
    "runpath", ["$ORIGIN/../lib", "/opt/lib", "/nowhere:${ORIGIN}/../lib", "/opt/../opt/$LIB/../.."]
)
def test_a_runpath_is_followed(runpath: str) -> None:
    files: dict[str, Content] = {
        "opt/bin/app": program("libx.so.1", runpath=runpath),
        "opt/lib/libx.so.1": Elf(soname="libx.so.1"),
        "opt/lib/x86_64-linux-gnu/x": b"",
    }
    found = problems(with_files(files))
    assert found == ([] if "$LIB" not in runpath else [("missing-library", "opt/bin/app")])


def test_the_environment_of_the_image_says_where_libraries_are() -> None:
    files: dict[str, Content] = {
        "usr/bin/app": program("libx.so.1"),
        "opt/lib/libx.so.1": Elf(soname="libx.so.1"),
    }
    config = {"Env": ["LD_LIBRARY_PATH=/nowhere:/opt/lib"]}
    assert problems(with_files(files, config=config)) == []


def test_a_runpath_serves_the_object_that_has_it_and_no_other() -> None:
    files: dict[str, Content] = {
        "opt/app": program("libx.so.1", runpath="$ORIGIN/lib"),
        "opt/lib/libx.so.1": Elf(soname="libx.so.1", needed=("liby.so.1",)),
        "opt/lib/liby.so.1": Elf(soname="liby.so.1"),
    }
    assert problems(with_files(files)) == [("missing-library", "opt/lib/libx.so.1")]


def test_a_library_that_is_loaded_is_found_by_its_name() -> None:
    # The program brings liby by its own RUNPATH; libx then needs to search for nothing.
    files: dict[str, Content] = {
        "opt/app": program("liby.so.1", "libx.so.1", runpath="$ORIGIN/lib"),
        "opt/lib/libx.so.1": Elf(soname="libx.so.1", needed=("liby.so.1",)),
        "opt/lib/liby.so.1": Elf(soname="liby.so.1"),
    }
    assert problems(with_files(files)) == []


def test_a_plugin_may_rely_on_what_its_program_has_loaded() -> None:
    files: dict[str, Content] = {
        "opt/lib/plugin.so": Elf(needed=("libhost.so.1",)),
        "opt/host/libhost.so.1": Elf(soname="libhost.so.1"),
    }
    closure = check_closure(with_files(files))
    assert closure.problems == []
    assert closure.assumed == [("opt/lib/plugin.so", "libhost.so.1")]


CACHED: dict[str, Content] = {
    "usr/local/lib/libx.so.1": Elf(soname="libx.so.1"),
    "etc/ld.so.conf.d/libc.conf": b"/usr/local/lib\n",
}


def test_ld_so_cache_leads_to_configured_directories() -> None:
    files: dict[str, Content] = {**CACHED, "usr/bin/app": program("libx.so.1")}
    assert problems(with_files(files)) == [("missing-library", "usr/bin/app")]
    assert problems(with_files({**files, "etc/ld.so.cache": b"cache"})) == []


def test_ld_so_cache_knows_nothing_of_layers_above_it() -> None:
    cache = layer({"etc/ld.so.cache": b"cache"})
    app = layer({**CACHED, "usr/bin/app": program("libx.so.1")})
    assert problems(image(libc(), cache, app)) == [("missing-library", "usr/bin/app")]
    assert problems(image(libc(), app, cache)) == []


def test_libraries_of_better_cpus_do_not_count() -> None:
    files: dict[str, Content] = {
        "usr/bin/app": program("libx.so.1"),
        f"{TRIPLET}/glibc-hwcaps/x86-64-v3/libx.so.1": Elf(soname="libx.so.1"),
        "etc/ld.so.cache": b"cache",
    }
    assert problems(with_files(files)) == [("missing-library", "usr/bin/app")]


def test_a_wrong_architecture_is_found_and_not_linked_to() -> None:
    files: dict[str, Content] = {
        "usr/bin/app": program("libx.so.1"),
        f"{TRIPLET}/libx.so.1": Elf("arm64", soname="libx.so.1"),
    }
    closure = check_closure(with_files(files))
    assert [(problem.kind, problem.path) for problem in closure.problems] == [
        ("missing-library", "usr/bin/app"),
        ("wrong-architecture", f"{TRIPLET}/libx.so.1"),
    ]
    assert "is built for arm64, and the image is for amd64" in closure.problems[1].text()


@pytest.mark.parametrize(
    ("architecture", "name"),
    [("arm64", "arm64"), ("arm", "armhf"), ("ppc64le", "ppc64el"), ("s390x", "s390x")],
)
def test_other_architectures(architecture: str, name: str) -> None:
    library = layer({"usr/lib/libx.so.1": Elf(name, soname="libx.so.1")})
    assert problems(image(library, architecture=architecture)) == []


def test_a_program_without_its_loader() -> None:
    (problem,) = check_closure(image(layer({"app": program()}))).problems
    assert "is started by /lib64/ld-linux-x86-64.so.2, which is not in the image" in problem.message
    assert problem.cure.startswith("add libc6")


def test_a_program_whose_loader_is_there_without_the_link_to_it() -> None:
    files = {path: content for path, content in LIBC.items() if path != "lib64"}
    found = image(layer({**files, "app": program()}))
    (problem,) = [item for item in check_closure(found).problems if item.path == "app"]
    assert problem.cure.startswith("add the link /lib64 to usr/lib64: base-files of Debian 13 has")


def test_a_program_for_musl() -> None:
    musl = "/lib/ld-musl-x86_64.so.1"
    app = Elf(interpreter=musl, needed=("libc.musl-x86_64.so.1", "libx.so.1"))
    (problem,) = check_closure(image(layer({"app": app}))).problems
    assert problem.cure == "it is built for musl: build it for glibc, or link it statically"
    files: dict[str, Content] = {
        "app": app,
        musl[1:]: Elf(soname="libc.musl-x86_64.so.1"),
        "usr/lib/libx.so.1": Elf(soname="libx.so.1"),
    }
    assert problems(image(layer(files))) == []


def test_a_static_program_needs_nothing() -> None:
    assert problems(image(layer({"app": Elf(executable=True)}))) == []


@pytest.mark.parametrize(
    ("shebang", "missing"),
    [
        ("#!/bin/sh\n", "/bin/sh"),
        ("#! /usr/bin/interpreter -x\n", None),
        ("#!/usr/bin/env interpreter\n", None),
        ("#!/usr/bin/env -S A=b interpreter -I\n", None),
        ("#!/usr/bin/env python3\n", "python3"),
        ("#!/usr/bin/env\n", None),
        ("#!/usr/bin/nobody-may\n", "/usr/bin/nobody-may"),
    ],
)
def test_scripts(shebang: str, missing: str | None) -> None:
    files: dict[str, Content] = {
        "usr/bin/script": shebang.encode(),
        "usr/bin/interpreter": b"",
        "usr/bin/env": b"",
        "usr/bin/nobody-may": b"",
    }
    found = check_closure(image(layer(files, modes={"usr/bin/nobody-may": 0o644}))).problems
    assert [item.path for item in found] == (["usr/bin/script"] if missing else [])
    if missing:
        assert found[0].message.startswith(f"is run by {missing} (#!")


def test_a_script_that_is_not_executable_needs_nobody() -> None:
    script = layer({"usr/share/x": b"#!/bin/sh\n"}, modes={"usr/share/x": 0o644})
    assert problems(image(script)) == []


@pytest.mark.parametrize(
    ("target", "dangles"),
    [
        ("file", False),
        ("/a/file", False),
        ("../a/file", False),
        ("nothing", True),
        ("loop", True),
        ("/proc/self/mounts", False),
        ("../run/lock", False),
        ("to-proc", False),
    ],
)
def test_links(target: str, dangles: bool) -> None:
    files: dict[str, Content] = {
        "a/link": target, "a/file": b"", "a/loop": "loop", "a/to-proc": "/proc/1",
    }  # fmt: skip
    found = [path for kind, path in problems(image(layer(files))) if kind == "dangling-link"]
    assert ("a/link" in found) == dangles
    assert "a/loop" in found


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"Entrypoint": ["/app"]}, None),
        ({"Entrypoint": ["app"], "Env": ["PATH=/bin:/"]}, None),
        ({"Entrypoint": ["./app"]}, None),
        ({"Cmd": ["/app"]}, None),
        ({}, None),
        ({"Entrypoint": ["/other"]}, "entrypoint: /other is not in the image"),
        ({"Healthcheck": {"Test": ["CMD", "/app", "x"]}}, None),
        ({"Healthcheck": {"Test": ["NONE"]}}, None),
        ({"Healthcheck": {"Test": ["CMD", "/no"]}}, "healthcheck: /no is not in the image"),
        (
            {"Healthcheck": {"Test": ["CMD", "/data"]}},
            "healthcheck: /data may not be executed (mode 0644)",
        ),
        ({"Cmd": ["sh"]}, "cmd: sh is not in the image"),
        ({"Entrypoint": ["/data"]}, "entrypoint: /data may not be executed (mode 0644)"),
    ],
)
def test_entrypoints(config: dict[str, Any], message: str | None) -> None:
    files = layer({"app": Elf(executable=True), "data": b""}, modes={"data": 0o644})
    found = [problem.message for problem in check_closure(image(files, config=config)).problems]
    assert found == ([message] if message else [])


@pytest.mark.parametrize(
    ("soname", "names"),
    [
        ("libz.so.1", ["libz1"]),
        ("libpng16.so.16", ["libpng16-16"]),
        ("libstdc++.so.6", ["libstdc++6"]),
        ("libdb-5.3.so", ["libdb5.3"]),
        ("libgtk-3.so.0", ["libgtk-3-0t64"]),
        ("libblas.so.3", ["libblas3"]),
        ("plugin.so", []),
    ],
)
def test_names_of_library_packages(soname: str, names: list[str]) -> None:
    depends = "libgtk-3-0t64 (>= 3.24), libblas3 | libblas.so.3"
    assert packages_of_library(soname, [package("app", depends)]) == names


def test_a_base_without_facts_is_refused() -> None:
    found = image(libc())
    foreign = ImageFacts(found.label, found.config, {"layers": [{}, {}]}, found.layers)
    with pytest.raises(PlinthError, match="the lowest 1 of 2 have none"):
        check_closure(foreign)


def test_versions_compare_as_numbers() -> None:
    defined = ["GLIBC_2.4", "GLIBC_2.36", "GLIBC_PRIVATE", "GLIBC_ABI_DT_RELR", "GCC_9.0"]
    assert newest_version(defined, "GLIBC_2.41") == "GLIBC_2.36"
    assert newest_version(["X_1"], "GLIBC_2.41") == ""
