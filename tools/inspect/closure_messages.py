"""The messages of the closure test about ELF objects: what is wrong, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.debian.relation import format_group, parse_relations
from tools.inspect.closure_packages import packages_of_library
from tools.inspect.problem import Problem, shown
from tools.layer.relations import holds

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from typing import Any

    from tools.debian.abi import Abi
    from tools.inspect.dynamic_linker import DynamicLinker, Object
    from tools.inspect.image_facts import ImageFacts
    from tools.layer.facts import PackageFacts


def wrong_architecture(entry: Mapping[str, Any], its: str, wanted: str) -> Problem:
    """Return the problem of an object for another architecture."""
    return Problem(
        "wrong-architecture",
        entry["path"],
        entry.get("origin", ""),
        f"is built for {its}, and the image is for {wanted}",
        cure="build it for the image's platform, or drop it with a path policy",
    )


def loader_problem(program: Object, abi: Abi, paths: Collection[str]) -> Problem:
    """Return the problem of a program without its interpreter; ``paths`` are those of the image."""
    interpreter = program.elf["interpreter"]
    if interpreter.startswith("/") and f"usr{interpreter}" in paths:
        directory = interpreter.split("/")[1]
        cure = (
            f"add the link /{directory} to usr/{directory}: base-files of Debian 13 has it, and"
            " `symlinks` of a files_layer makes it"
        )
    elif interpreter == abi.loader:
        cure = "add libc6, which has it, or link the program statically"
    elif "/ld-musl-" in interpreter:
        cure = "it is built for musl: build it for glibc, or link it statically"
    else:
        cure = f"link it for {abi.loader}, where glibc has the loader of {abi.name}"
    return Problem(
        "missing-loader",
        program.path,
        program.origin,
        f"is started by {shown(interpreter)}, which is not in the image",
        cure=cure,
    )


def absent_library(item: Object, name: str, program: Object | None, image: ImageFacts) -> Problem:
    """Return the problem of a library that ``item`` needs and the image lacks."""
    packages = image.packages
    details = _loaded_by(item, program)
    package = packages.get(item.origin, {})
    if package.get("depends"):
        details.append(_about_dependencies(package, packages.values()))
    names = packages_of_library(name, packages.values())
    if name in image.dropped_libraries:
        cure = f"{image.dropped_libraries[name]} has it, and a path policy drops it: keep it there"
    elif not names:
        cure = f"add the package that has it, which `apt-file search {name}` names"
    else:
        cure = (
            f"add {' or '.join(names)}, as Debian's rule for names has it, or what"
            f" `apt-file search {name}` names"
        )
    message = f"needs {name}, which is not in the image"
    return Problem("missing-library", item.path, item.origin, message, tuple(details), cure)


def is_optional(item: Object, name: str, image: ImageFacts) -> bool:
    """Return whether a package works without a library that its plug-in needs.

    It does if all its dependencies are there, complete: Debian has plug-ins that work only with a
    recommended package.
    """
    packages = image.packages
    package = packages.get(item.origin)
    if package is None or name in image.dropped_libraries:
        return False
    if set(packages_of_library(name, packages.values())) & packages.keys():
        return False
    groups = parse_relations(package.get("depends") or "")
    return all(holds(group, packages.values()) for group in groups)


def unfound_library(
    item: Object, name: str, program: Object | None, elsewhere: Object, linker: DynamicLinker
) -> Problem:
    """Return the problem of a library outside of the loader's path."""
    found = f"it is at {shown(elsewhere.path)}; the loader looks in {_search_path(item, linker)}"
    return Problem(
        "missing-library",
        item.path,
        item.origin,
        f"needs {name}, which the dynamic loader does not find",
        (*_loaded_by(item, program), found),
        "install it there, build the object with a RUNPATH, make the link that update-alternatives"
        " would make, or, where etc/ld.so.conf.d names the directory, add an ld_so_cache of all"
        " layers on top",
    )


def versions_problem(
    item: Object,
    file: str,
    missing: list[str],
    provider: Object,
    package: Mapping[str, Any] | None,
) -> Problem:
    """Return the problem of an object that needs a newer library than the image has."""
    missing = sorted(missing, key=_version_key)
    newest = newest_version(provider.elf["versions_defined"], missing[-1])
    symbols = item.elf.get("symbols_needed", {}).get(file, {})
    details = []
    for version in missing:
        if names := symbols.get(version):
            details.append(f"{version}: {', '.join(names)}")
    name = f" of {package['name']} {package['version']}" if package else ""
    details.append(f"{file} is {shown(provider.path)}{name}")
    has = f", and the image has none newer than {newest}" if newest else ", which the image lacks"
    what = f"{package['name']} {package['version']}" if package else f"the image's {file}"
    return Problem(
        "missing-version",
        item.path,
        item.origin,
        f"needs {', '.join(missing)} of {file}{has}",
        tuple(details),
        f"build it against {what} or an older one, take an image with a newer one, or link it"
        " statically",
    )


def newest_version(defined: Iterable[str], like: str) -> str:
    """Return the highest version with the prefix of ``like``; empty if there is none."""
    prefix = like.rpartition("_")[0] + "_"
    same = [
        version
        for version in defined
        if version.startswith(prefix) and version[len(prefix) :][:1].isdigit()
    ]
    return max(same, key=_version_key, default="")


def _loaded_by(item: Object, program: Object | None) -> list[str]:
    if program is None or program is item:
        return []
    return [f"needed by the program {shown(program.path)}"]


def _about_dependencies(package: Mapping[str, Any], present: Collection[PackageFacts]) -> str:
    """Find the library: a package depends on those of its libraries (Debian Policy 8.6)."""
    name, groups = package["name"], parse_relations(package["depends"])
    missing = [format_group(group) for group in groups if not holds(group, present)]
    if missing:
        return f"{name} depends on {', '.join(missing)}, and the image has no such package"
    return f"all that {name} depends on is in the image"


def _version_key(version: str) -> tuple[str, list[int]]:
    prefix, _, number = version.rpartition("_")
    return prefix, [int(part) if part.isdigit() else -1 for part in number.split(".")]


def _search_path(item: Object, linker: DynamicLinker) -> str:
    own = item.elf.get("runpath", item.elf.get("rpath", ""))
    places = [own] if own else []
    return ", ".join([*places, "ld.so.cache", *(f"/{d}" for d in linker.default_directories)])
