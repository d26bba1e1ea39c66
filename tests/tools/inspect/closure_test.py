"""What a check of the closure finds, and what it leaves alone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tools.elf_builder import Elf
from tests.tools.inspect.tiny_image import LIBC, Content, image, layer, libc, program
from tools.errors import PlinthError
from tools.inspect.closure import check_closure
from tools.inspect.closure_messages import newest_version
from tools.inspect.closure_packages import packages_of_library
from tools.inspect.closure_verb import judge
from tools.inspect.image_facts import ImageFacts
from tools.inspect.problem import Allowance

TRIPLET = "usr/lib/x86_64-linux-gnu"


def problems(found: ImageFacts) -> list[tuple[str, str]]:
    """Kind and path of each problem."""
    return [(problem.kind, problem.path) for problem in check_closure(found).problems]


def with_files(files: dict[str, Content], **more: Any) -> ImageFacts:
    """An image of the C library and ``files``."""
    return image(libc(), layer(files), **more)


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
    assert "is built for arm64, and the image for amd64" in closure.problems[1].text()


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
        ({"Cmd": ["sh"]}, "cmd: sh is not in the image"),
        ({"Entrypoint": ["/data"]}, "entrypoint: /data may not be executed (mode 0644)"),
    ],
)
def test_entrypoints(config: dict[str, Any], message: str | None) -> None:
    files = layer({"app": Elf(executable=True), "data": b""}, modes={"data": 0o644})
    found = [problem.message for problem in check_closure(image(files, config=config)).problems]
    assert found == ([message] if message else [])


BROKEN: dict[str, Content] = {"opt/plugin.so": Elf(needed=("libgpu.so.1",)), "opt/link": "gone"}


def package(name: str, depends: str = "", **more: str) -> dict[str, str]:
    return {"name": name, "version": "1", "source": name, "depends": depends, **more}


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


def test_what_is_allowed_passes_and_is_shown() -> None:
    allowances = [Allowance("opt/*.so", "looked for at run time"), Allowance("opt/link", "kept")]
    verdict = judge([with_files(BROKEN)], allowances)
    assert verdict.passed
    assert verdict.text == (
        "closure of //app:image (linux/amd64): complete: 0 programs, 3 libraries, 0 scripts,"
        " 4 links\n"
        "  allowed: opt/plugin.so: needs libgpu.so.1, which is not in the image"
        " (looked for at run time)\n"
        "  allowed: opt/link: is a link to gone, which is not in the image (kept)\n"
    )


def test_an_allowance_that_allows_nothing_is_an_error() -> None:
    verdict = judge([with_files({})], [Allowance("opt/**", "old")])
    assert not verdict.passed
    assert "allow: opt/**: nothing there is missing anything\n    remove it" in verdict.text


def test_an_allowance_may_serve_one_platform_of_an_index() -> None:
    images = [with_files(BROKEN), with_files({})]
    assert judge(images, [Allowance("opt/*", "known")]).passed


def test_problems_are_told_for_people_and_programs() -> None:
    verdict = judge([with_files({"opt/link": "gone"})], [])
    assert not verdict.passed
    assert verdict.text.splitlines()[:2] == [
        "closure of //app:image (linux/amd64): 1 problem in 0 programs, 2 libraries, 0 scripts,"
        " 4 links",
        "  opt/link (//app:files): is a link to gone, which is not in the image",
    ]
    (found,) = verdict.document["images"]
    assert [problem["kind"] for problem in found["problems"]] == ["dangling-link"]


def test_what_many_files_lack_is_said_once() -> None:
    files: dict[str, Content] = {f"opt/{n}.so": Elf(needed=("libgpu.so.1",)) for n in range(6)}
    lines = judge([with_files(files)], []).text.splitlines()
    assert lines[1].startswith("  opt/0.so (//app:files): needs libgpu.so.1")
    assert lines[3:] == ["    likewise opt/1.so, opt/2.so, opt/3.so and 2 more"]


def test_a_link_that_a_package_asks_for_may_wait_for_its_target() -> None:
    configured = layer({"etc/default/locale": "../locale.conf"})
    for entry in configured["entries"]:
        entry["generated"] = "configured"
    verdict = judge([image(libc(), configured)], [])
    assert verdict.passed
    assert "note: links of packages to what the image lacks: etc/default/locale" in verdict.text


def test_what_scripts_of_packages_would_have_done_is_noted() -> None:
    undone = {"package": "app", "place": "postinst:12", "text": "frob --all", "reason": "unknown"}
    found = image(libc(), layer({}, not_reproduced=[undone] * 5))
    verdict = judge([found], [])
    assert verdict.passed
    text = "  note: app: postinst:12: not reproduced: frob --all\n    unknown\n"
    assert text in verdict.text
    assert "2 more commands of packages' scripts are not reproduced" in verdict.text


def test_a_base_without_facts_is_refused() -> None:
    found = image(libc())
    foreign = ImageFacts(found.label, found.config, {"layers": [{}, {}]}, found.layers)
    with pytest.raises(PlinthError, match="the lowest 1 of 2 were made by another tool"):
        check_closure(foreign)


def test_versions_compare_as_numbers() -> None:
    defined = ["GLIBC_2.4", "GLIBC_2.36", "GLIBC_PRIVATE", "GLIBC_ABI_DT_RELR", "GCC_9.0"]
    assert newest_version(defined, "GLIBC_2.41") == "GLIBC_2.36"
    assert newest_version(["X_1"], "GLIBC_2.41") == ""
