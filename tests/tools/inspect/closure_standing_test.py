"""How much a problem matters: whether something that the image is meant to run has it."""

from __future__ import annotations

import pytest

from tests.tools.elf_builder import Elf
from tests.tools.inspect.tiny_image import (
    Content,
    image,
    layer,
    libc,
    package,
    problems,
    program,
    with_files,
)
from tools.inspect.closure import check_closure
from tools.inspect.image_facts import ImageFacts

TRIPLET = "usr/lib/x86_64-linux-gnu"


NUMPY = "usr/lib/python3/dist-packages/numpy/core.so"


def test_an_extension_module_must_find_its_libraries_itself() -> None:
    # As Debian's numpy, whose libblas.so.3 is a link that update-alternatives makes.
    blas = {f"{TRIPLET}/blas/libblas.so.3": Elf(soname="libblas.so.3")}
    numpy = layer(
        {NUMPY: Elf(needed=("libblas.so.3",))},
        origin="python3-numpy",
        package=package("python3-numpy", "libblas3 | libblas.so.3"),
    )
    libblas = layer(blas, origin="libblas3", package=package("libblas3"))
    (problem,) = check_closure(image(libc(), libblas, numpy)).problems
    assert (problem.rank, problem.path) == ("library", NUMPY)
    assert "needs libblas.so.3, which the dynamic loader does not find" in problem.message
    link: dict[str, Content] = {f"{TRIPLET}/libblas.so.3": "blas/libblas.so.3"}
    assert problems(image(libc(), libblas, numpy, layer(link))) == []


@pytest.mark.parametrize(
    ("plugin", "library"),
    [
        ("usr/lib/jvm/java/lib/libawt.so", "usr/lib/jvm/java/lib/server/libjvm.so"),
        ("app/site-packages/one/a.so", "app/site-packages/nvidia/libjvm.so"),
        ("usr/lib/R/site-library/x/x.so", "usr/lib/R/lib/libjvm.so"),
    ],
)
def test_what_lies_in_one_tree_is_loaded_by_those_who_made_the_tree(
    plugin: str, library: str
) -> None:
    one = layer({plugin: Elf(needed=("libjvm.so",))}, origin="one", package=package("one"))
    two = layer({library: Elf(soname="libjvm.so")}, origin="two", package=package("two"))
    closure = check_closure(image(libc(), one, two))
    assert (closure.problems, closure.assumed) == ([], [(plugin, "libjvm.so")])


@pytest.mark.parametrize(("depends", "rank"), [("libc6", "note"), ("libz1, libc6", "library")])
def test_a_plugin_of_what_is_only_recommended_is_a_note(depends: str, rank: str) -> None:
    files: dict[str, Content] = {f"{TRIPLET}/app/plugin.so": Elf(needed=("libz.so.1",))}
    app = layer(files, origin="app", package=package("app", depends))
    closure = check_closure(image(libc(), app))
    assert [problem.rank for problem in (*closure.problems, *closure.notes)] == [rank]


def test_a_library_that_a_path_policy_drops_is_named_with_its_package() -> None:
    files: dict[str, Content] = {f"{TRIPLET}/app/plugin.so": Elf(needed=("libz.so.1",))}
    app = layer(files, origin="app", package=package("app", "zlib1g"))
    fragments = [{"origin": "zlib1g", "dropped_libraries": ["libz.so.1"]}]
    zlib = layer({}, origin="zlib1g", package=package("zlib1g"), fragments=fragments)
    (problem,) = check_closure(image(libc(), app, zlib)).problems
    assert problem.cure == "zlib1g has it, and a path policy drops it: keep it there"


def scripts(*paths: str, name: str = "app", more: dict[str, Content] | None = None) -> ImageFacts:
    files: dict[str, Content] = dict.fromkeys(paths, b"#!/bin/sh\n")
    return image(libc(), layer({**files, **(more or {})}, origin=name, package=package(name)))


@pytest.mark.parametrize(
    ("name", "path", "programs", "rank"),
    [
        ("chromium", "usr/bin/chromium", ["usr/bin/other"], "program"),
        ("r-base-core", "usr/bin/R", ["usr/bin/Rscript"], "program"),
        ("clojure", "usr/bin/clojure1.12", ["usr/bin/other"], "program"),
        ("rabbitmq", "usr/sbin/rabbitmqctl", [], "program"),
        ("bash", "usr/bin/bashbug", ["usr/bin/bash"], "note"),
        ("express", "usr/lib/node_modules/mime/cli.js", [], "note"),
    ],
)
def test_a_script_without_interpreter_is_as_bad_as_its_place(
    name: str, path: str, programs: list[str], rank: str
) -> None:
    more: dict[str, Content] = {each: program() for each in programs}
    closure = check_closure(scripts(path, name=name, more=more))
    (problem,) = (*closure.problems, *closure.notes)
    assert (problem.rank, problem.path) == (rank, path)
    assert problem.cure.startswith("add dash,")


def test_a_script_of_a_package_that_another_one_depends_on_is_a_note() -> None:
    utils = layer({"usr/bin/xdg": b"#!/bin/sh\n"}, origin="xdg", package=package("xdg"))
    app = layer({"usr/bin/app": program()}, origin="app", package=package("app", "xdg"))
    assert problems(image(libc(), utils, app)) == []


def test_a_script_that_a_link_on_path_leads_to() -> None:
    link: dict[str, Content] = {"usr/bin/app": "../lib/app/start"}
    assert problems(scripts("usr/lib/app/start", more=link)) == [
        ("missing-interpreter", "usr/lib/app/start")
    ]


def test_the_entrypoint_comes_first() -> None:
    files: dict[str, Content] = {
        "usr/bin/app": program("liba.so.1"),
        "usr/bin/start": b"#!/usr/bin/perl\n",
    }
    closure = check_closure(with_files(files, config={"Entrypoint": ["start"]}))
    assert [(each.rank, each.path) for each in closure.problems] == [
        ("entrypoint", "usr/bin/start"),
        ("program", "usr/bin/app"),
    ]
    assert closure.problems[0].cure.startswith("add perl-base,")


def test_programs_limit_what_is_meant_to_run() -> None:
    files: dict[str, Content] = {"usr/bin/one": program("liba.so.1"), "usr/bin/two": program()}
    found = with_files(files)
    assert problems(found) == [("missing-library", "usr/bin/one")]
    for name in ("two", "/usr/bin/two"):
        closure = check_closure(found, [name])
        assert [each.kind for each in closure.notes] == ["missing-library"]
        assert closure.problems == []
    assert [each.path for each in check_closure(found, ["one"]).problems] == ["usr/bin/one"]
    (problem,) = check_closure(found, ["two", "three"]).problems
    assert problem.message == "programs: three is not in the image"


@pytest.mark.parametrize(
    ("path", "rank"),
    [
        ("usr/libexec/app/app-x86", "note"),
        ("usr/share/firmware.elf", "note"),
        ("usr/bin/app", "program"),
        (f"{TRIPLET}/libx.so", "library"),
    ],
)
def test_other_architectures_in_packages_are_deliberate_off_the_paths(path: str, rank: str) -> None:
    content = Elf("i386", executable="lib" not in path.rpartition("/")[2])
    closure = check_closure(image(layer({path: content}, origin="app", package=package("app"))))
    assert [each.rank for each in (*closure.problems, *closure.notes)] == [rank]


def test_one_of_several_builds_of_an_npm_package() -> None:
    files: dict[str, Content] = {
        f"app/prebuilds/{name}/node.node": Elf(name) for name in ("amd64", "arm64")
    }
    assert problems(image(layer(files))) == []
    assert len(check_closure(image(layer(files))).notes) == 1


def test_links_of_packages_to_what_others_may_bring_are_notes() -> None:
    files: dict[str, Content] = {
        "usr/share/doc/x": "gone", f"{TRIPLET}/libx.so.1": "gone", "usr/bin/app": "gone"
    }  # fmt: skip
    closure = check_closure(image(layer(files, origin="app", package=package("app"))))
    ranks = {each.path: each.rank for each in (*closure.problems, *closure.notes)}
    assert ranks == {
        "usr/share/doc/x": "note", f"{TRIPLET}/libx.so.1": "library", "usr/bin/app": "program"
    }  # fmt: skip


def test_what_is_loaded_by_name_is_noted() -> None:
    files: dict[str, Content] = {
        "usr/bin/app": program("libmagic.so.1"),
        f"{TRIPLET}/libmagic.so.1": Elf(soname="libmagic.so.1"),
        "etc/nsswitch.conf": b"hosts: files mdns4 [NOTFOUND=return] dns # sss\n",
    }
    closure = check_closure(with_files(files))
    assert closure.problems == []
    assert [each.message for each in closure.notes] == [
        "names the service mdns4, and libnss_mdns4.so.2 is not in the image",
        "loads libmagic.so.1, which looks for the table of file types, magic.mgc, and the image"
        " lacks it",
    ]
    files |= {"usr/lib/file/magic.mgc": b"", f"{TRIPLET}/libnss_mdns4.so.2": Elf()}
    assert check_closure(with_files(files)).notes == []


def test_a_program_that_converts_charsets_is_told_what_has_them() -> None:
    app = program(
        versions_needed=(("libc.so.6", ("GLIBC_2.2.5",)),),
        symbols_needed=(("iconv_open", "GLIBC_2.2.5"),),
    )
    (note,) = check_closure(with_files({"usr/bin/app": app})).notes
    assert note.message.startswith("converts charsets by iconv(3), and the image has none of its")
    assert "//base/base_nossl:debian13_iconv" in note.cure
    converters: dict[str, Content] = {f"{TRIPLET}/gconv/{n}.so": Elf() for n in range(200)}
    assert check_closure(with_files({"usr/bin/app": app, **converters})).notes == []


def test_programs_that_run_commands_are_noted_in_an_image_without_a_shell() -> None:
    runs = program(
        versions_needed=(("libc.so.6", ("GLIBC_2.2.5",)),),
        symbols_needed=(("system", "GLIBC_2.2.5"),),
    )
    app = layer(
        {"usr/bin/app": runs, "usr/bin/app-helper": runs, "usr/bin/appctl": runs},
        origin="app",
        package=package("app", "libc6"),
    )
    closure = check_closure(image(libc(), app))
    assert closure.problems == []
    (note,) = closure.notes
    assert note.path == "usr/bin/app"
    assert note.message == "runs commands with /bin/sh, and the image has none"
    assert "add dash" in note.cure
    (note,) = check_closure(image(libc(), app), ["app-helper"]).notes
    assert note.path == "usr/bin/app-helper"
    dash = layer({"bin/sh": program()}, origin="dash", package=package("dash", "libc6"))
    assert check_closure(image(libc(), app, dash)).notes == []


def test_a_requested_package_may_have_its_program_in_another_one() -> None:
    # As gap, which is empty, and gap-core.
    core = layer(
        {"usr/bin/gap": b"#!/bin/bash\n", "usr/bin/gap-helper": b"#!/bin/bash\n"},
        origin="gap-core",
        package=package("gap-core", "libc6"),
    )
    whole = layer({"usr/share/doc/gap": b""}, origin="gap", package=package("gap", "gap-core"))
    closure = check_closure(image(libc(), core, whole))
    assert [(each.path, each.rank) for each in closure.problems] == [("usr/bin/gap", "program")]
    assert [each.path for each in closure.notes] == ["usr/bin/gap-helper"]
    assert [each.rank for each in check_closure(image(libc(), core)).problems] == ["program"] * 2


def test_a_link_to_the_program_of_another_package_is_a_program() -> None:
    # As gcc, a package of links to those of gcc-14, and two scripts.
    compiler = layer(
        {"usr/bin/gcc-14": program()}, origin="gcc-14", package=package("gcc-14", "libc6")
    )
    links = layer(
        {"usr/bin/gcc": "gcc-14", "usr/bin/c89-gcc": b"#!/bin/sh\n"},
        origin="gcc",
        package=package("gcc", "gcc-14"),
    )
    closure = check_closure(image(libc(), compiler, links))
    assert closure.problems == []
    assert [(note.kind, note.path) for note in closure.notes] == [
        ("missing-interpreter", "usr/bin/c89-gcc")
    ]


def test_a_set_uid_program_needs_pams_common_files() -> None:
    sudo = layer(
        {"usr/bin/sudo": program(), "etc/pam.d/sudo": b""},
        modes={"usr/bin/sudo": 0o4755},
        origin="sudo",
        package=package("sudo"),
    )
    (problem,) = check_closure(image(libc(), sudo)).problems
    assert (problem.path, problem.cure) == ("etc/pam.d/sudo", "add libpam-runtime")
    common = layer({"etc/pam.d/common-auth": b""})
    assert problems(image(libc(), sudo, common)) == []


def test_a_daemon_does_without_pam_until_its_configuration_wants_it() -> None:
    monit = layer(
        {"usr/bin/monit": program(), "etc/pam.d/monit": b""},
        origin="monit",
        package=package("monit"),
    )
    assert problems(image(libc(), monit)) == []
