"""The `pypi` module extension: requirements files in, repositories of wheels out."""

load("//rules/private:extension_metadata.bzl", "extension_metadata")
load("//rules/private:given_file.bzl", "read_given")
load("//rules/private:hub_names.bzl", "claim_name")
load("//rules/private/apt:platforms.bzl", "ARCHITECTURES")
load("//rules/private/pypi:closure_repository.bzl", "closure_repository")
load("//rules/private/pypi:default_index.bzl", "default_index_repository")
load("//rules/private/pypi:hub_repository.bzl", "hub_repository")
load("//rules/private/pypi:index.bzl", "index_repository")
load("//rules/private/pypi:lockfiles.bzl", "is_pylock", "is_uv_lock", "parse_pylock", "parse_uv_lock")
load("//rules/private/pypi:markers.bzl", "marker_environment")
load("//rules/private/pypi:requirements.bzl", "parse_requirements")
load("//rules/private/pypi:selection.bzl", "select_requirements")
load("//rules/private/pypi:wheel_repository.bzl", "wheel_repository")

visibility("//...")

_install = tag_class(
    doc = "Makes the wheels of a requirements file available as `@name//distribution`.",
    attrs = {
        "architectures": attr.string_list(default = ["amd64", "arm64"], doc = "Debian's names of the architectures."),
        "name": attr.string(mandatory = True, doc = "Name of the hub repository, to be named in `use_repo` as well."),
        "python": attr.string(default = "3.13", doc = "Version of CPython in the image: wheels and environment markers are for it. `3.13` is Debian 13's, `3.11` Debian 12's; a third number matters only to markers."),
        "requirements": attr.label(mandatory = True, doc = """\
The file of pinned hashes: a requirements file as pip-compile, `uv export`, `uv pip compile` and
Poetry's export write it, a `uv.lock`, or a `pylock.toml` (PEP 751)."""),
        "wheel_repositories": attr.string_list(doc = "Wheels that your own repository rules read, as `DISTRIBUTION_ARCHITECTURE`: `bazel mod tidy` then keeps `NAME_DISTRIBUTION_ARCHITECTURE` in `use_repo`."),
    },
)

_NO_INDEXES = {"extra_indexes": [], "find_links": [], "main_index": ""}

def _shown(label):
    repository = "@{}//".format(label.repo_name) if label.repo_name else ""
    return repository + label.package + ("/" if label.package else "") + label.name

def _reader(module_ctx, label):
    """Read the files that `-r` and `-c` of a requirements file name."""
    directory = module_ctx.path(label).dirname
    where = _shown(label)
    where = where[:len(where) - len(where.rpartition("/")[2])]

    def read(path):
        place = module_ctx.path("{}/{}".format(directory, path))
        return struct(text = module_ctx.read(place) if place.exists else None, where = where + path)

    return read

def _absolute(module_ctx, label, place):
    """The place that `--find-links` of a requirements file names."""
    if place.startswith("/") or ":" in place:
        return place.removeprefix("file://")
    return "{}/{}".format(module_ctx.path(label).dirname, place)

def _read(module_ctx, tag, environments):
    """Return the pins of the file: architecture -> the result of `select_requirements`; and the indexes that it names."""
    text, problem = read_given(module_ctx, tag.requirements, "Write it with uv, pip-compile or Poetry, with hashes: docs/python.md has the commands.")
    if problem:
        fail(problem)
    where = _shown(tag.requirements)
    filename = tag.requirements.name.rpartition("/")[2]
    if is_uv_lock(filename):
        parsed = {architecture: parse_uv_lock(text, where, environment) for architecture, environment in environments.items()}
        return {
            architecture: select_requirements(lock.requirements, where, environments[architecture], error = lock.error, wanted = lock.wanted)
            for architecture, lock in parsed.items()
        }, _NO_INDEXES
    if is_pylock(filename):
        lock = parse_pylock(text, where)
        return {
            architecture: select_requirements(lock.requirements, where, environment, error = lock.error, groups = lock.groups)
            for architecture, environment in environments.items()
        }, _NO_INDEXES
    file = parse_requirements(text, where, _reader(module_ctx, tag.requirements))
    return {
        architecture: select_requirements(file.requirements, where, environment, wanted = file.wanted)
        for architecture, environment in environments.items()
    }, {
        "extra_indexes": file.extra_indexes,
        "find_links": [_absolute(module_ctx, tag.requirements, place) for place in file.find_links],
        "main_index": file.index,
    }

def _check(tag):
    for architecture in tag.architectures:
        if architecture not in ARCHITECTURES:
            fail("pypi.install '{}': '{}' is not one of Debian's architectures {}".format(tag.name, architecture, ", ".join(ARCHITECTURES)))
    parts = tag.python.split(".")
    if len(parts) not in (2, 3) or parts[0] != "3" or [part for part in parts if not part.isdigit()]:
        fail("pypi.install '{}': python = '{}' should be MAJOR.MINOR, such as '3.13'".format(tag.name, tag.python))

def _install_wheels(module_ctx, tag):
    environments = {architecture: marker_environment(tag.python, architecture) for architecture in tag.architectures}
    selections, indexes = _read(module_ctx, tag, environments)
    where = _shown(tag.requirements)
    asked = {}
    for architecture, selection in selections.items():
        locked = json.encode({
            name: {"extras": each.extras, "repository": "_".join([tag.name, name, architecture]), "via": each.via}
            for name, each in selection.chosen.items()
        })
        roots = {name: [name] for name in selection.chosen} | {"_all": [name for name in selection.all if name in selection.chosen]}
        for name, names in roots.items():
            closure_repository(
                name = "_".join([tag.name, name, architecture, "closure"]),
                environment = environments[architecture],
                excluded = json.encode(selection.excluded),
                locked = locked,
                repository = "_".join([tag.name, name, architecture, "closure"]),
                roots = names,
                where = where,
            )
        for name, each in selection.chosen.items():
            index = "_".join([tag.name, name, each.version, "index"])
            if not each.files and index not in asked:
                asked[index] = None
                index_repository(
                    name = index,
                    distribution = name,
                    hashes = each.hashes,
                    repository = index,
                    **indexes
                )
            wheel_repository(
                name = "_".join([tag.name, name, architecture]),
                architecture = architecture,
                distribution = name,
                files = each.files,
                hashes = each.hashes,
                index = index,
                python = environments[architecture]["python_version"],
                python_full = environments[architecture]["python_full_version"],
                repository = "_".join([tag.name, name, architecture]),
                version = each.version,
                where = each.where,
                **indexes
            )
    hub_repository(
        name = tag.name,
        prefix = tag.name,
        selections = json.encode({
            architecture: {field: getattr(selection, field) for field in ("all", "errors", "refusals", "written")}
            for architecture, selection in selections.items()
        }),
    )

def _pypi_impl(module_ctx):
    default_index_repository(name = "plinth_pypi_index")
    seen = {}
    for module in module_ctx.modules:
        for tag in module.tags.install:
            claim_name(seen, "pypi", tag.name, module.name)
            _check(tag)
            _install_wheels(module_ctx, tag)
    return extension_metadata(
        module_ctx,
        tags = lambda module: module.tags.install,
        repositories = lambda tag: [tag.name] + ["{}_{}".format(tag.name, wheel) for wheel in tag.wheel_repositories],
    )

pypi = module_extension(
    implementation = _pypi_impl,
    doc = "Python wheels from requirements files with hashes.",
    tag_classes = {"install": _install},
)
