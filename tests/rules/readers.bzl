"""What repository rules make of what they read, each text by the functions that the rules call.

A reader takes a text and gives two values: a dict from path to text of the files that it is made
into, and None; or None and what is wrong. generated_files.bzl gives them hostile fields in Bazel,
tests/fuzz texts that a machine made hostile in another interpreter of Starlark.
"""

# buildifier: disable=bzl-visibility
load("//rules/private/advisory:advisory_database.bzl", "database_build_file", "database_problem")

# buildifier: disable=bzl-visibility
load("//rules/private/apt:extension.bzl", "locked_repositories")

# buildifier: disable=bzl-visibility
load("//rules/private/apt:hub_repository.bzl", "closure_files")

# buildifier: disable=bzl-visibility
load("//rules/private/apt:lockfile.bzl", "parse_lock")

# buildifier: disable=bzl-visibility
load("//rules/private/apt:package_repository.bzl", "package_build_file")

# buildifier: disable=bzl-visibility
load("//rules/private/archive:archive_repository.bzl", "archive_build_file")

# buildifier: disable=bzl-visibility
load("//rules/private/archive:hub_repository.bzl", archive_hub_files = "hub_files")

# buildifier: disable=bzl-visibility
load("//rules/private/archive:lockfile.bzl", "parse_archives")

# buildifier: disable=bzl-visibility
load("//rules/private/npm:lockfile.bzl", "parse_package_lock")

# buildifier: disable=bzl-visibility
load("//rules/private/npm:npm_repository.bzl", "npm_build_file", "package_problem")

# buildifier: disable=bzl-visibility
load("//rules/private/pull:lockfile.bzl", "parse_image_lock")

# buildifier: disable=bzl-visibility
load("//rules/private/pull:pulled_image_repository.bzl", "image_build_file", "platforms_problem")

# buildifier: disable=bzl-visibility
load("//rules/private/pypi:closure_repository.bzl", "closure_build_file")

# buildifier: disable=bzl-visibility
load("//rules/private/pypi:hub_repository.bzl", pypi_hub_files = "hub_files")

# buildifier: disable=bzl-visibility
load("//rules/private/pypi:index.bzl", "read_page")

# buildifier: disable=bzl-visibility
load("//rules/private/pypi:lockfiles.bzl", "parse_pylock", "parse_uv_lock")

# buildifier: disable=bzl-visibility
load("//rules/private/pypi:markers.bzl", "marker_environment", "marker_holds")

# buildifier: disable=bzl-visibility
load("//rules/private/pypi:requirements.bzl", "parse_requirements")

# buildifier: disable=bzl-visibility
load("//rules/private/pypi:selection.bzl", "select_requirements")

# buildifier: disable=bzl-visibility
load("//rules/private/pypi:versions.bzl", "suits")

# buildifier: disable=bzl-visibility
load("//rules/private/pypi:wheel_repository.bzl", "chosen_file", "read_metadata", "wheel_build_file")

def _apt_lock(text):
    lock, problem = parse_lock(text, "lock.json")
    if problem:
        return None, problem
    repositories, depends, versions, packages = locked_repositories("hub", lock)
    files = {"hub/" + path: text for path, text in closure_files(repositories, depends, versions, provided = lock.get("provided", {})).items()}
    for name, (package, _) in packages.items():
        files[name + "/BUILD.bazel"] = package_build_file(package)
    return files, None

def _archive_lock(text):
    archives, problem = parse_archives(text, "archives.json")
    if problem:
        return None, problem
    files = {}
    for key, archive in archives.items():
        for architecture in archive["architectures"]:
            files["{}_{}/BUILD.bazel".format(key, architecture)] = archive_build_file(
                archive,
                architecture = architecture,
                key = key,
                patterns = ["files/" + path for path in archive.get("files", ["**"])],
            )
    names = {key: {architecture: "hub_{}_{}".format(key, architecture) for architecture in archive["architectures"]} for key, archive in archives.items()}
    files |= {"hub/" + path: text for path, text in archive_hub_files(names, {key: archive["version"] for key, archive in archives.items()}).items()}
    return files, None

def _package_lock(text):
    packages, problem = parse_package_lock(text, "package-lock.json")
    if problem:
        return None, problem
    return {"BUILD.bazel": npm_build_file(packages, ["packages/{}/package".format(number) for number in range(len(packages))])}, None

def _package_json(text):
    problem = package_problem(text)
    return (None, problem) if problem else ({}, None)

_ENVIRONMENT = marker_environment("3.13", "amd64")

def _wheels(selection):
    files = {
        "hub/" + path: text
        for path, text in pypi_hub_files("hub", {"amd64": {
            field: getattr(selection, field)
            for field in ("all", "errors", "refusals", "written")
        }}).items()
    }
    for name, each in selection.chosen.items():
        files["hub_{}_amd64/BUILD.bazel".format(name)] = wheel_build_file(name, each.version, "x-1-py3-none-any.whl", "3.13")
        files["hub_{}_amd64_closure/BUILD.bazel".format(name)] = closure_build_file(["hub_{}_amd64".format(name)])
        chosen_file(each.files, each.files.keys(), "amd64", 13)
    problems = [problem for problem in [selection.errors] + selection.refusals.values() if problem]

    # What is refused is written as well, with the reason.
    return files, (problems[0] if problems else None)

def _requirements(text):
    file = parse_requirements(text, "requirements.txt")
    return _wheels(select_requirements(file.requirements, "requirements.txt", _ENVIRONMENT))

def _pylock(text):
    lock = parse_pylock(text, "pylock.toml")
    return _wheels(select_requirements(lock.requirements, "pylock.toml", _ENVIRONMENT, error = lock.error, groups = lock.groups))

def _uv_lock(text):
    lock = parse_uv_lock(text, "uv.lock", _ENVIRONMENT)
    return _wheels(select_requirements(lock.requirements, "uv.lock", _ENVIRONMENT, error = lock.error, wanted = lock.wanted))

def _index_page(text):
    found, problem = read_page(text, "https://index.example/simple/x/")
    if problem:
        return None, problem
    sha256 = chosen_file(found, found.keys(), "amd64", 13)
    if not sha256:
        return {}, None
    name = found[sha256].partition("#")[0].partition("?")[0].rpartition("/")[2].replace("%2B", "+").replace("%2b", "+").replace("%21", "!")
    return {"BUILD.bazel": wheel_build_file("x", "1", name, "3.13")}, None

def _metadata(text):
    metadata, problem = read_metadata(text)
    if problem:
        return None, problem
    for _, _, marker, _ in metadata.requires:
        marker_holds(marker, _ENVIRONMENT)
    suits("3.13.5", metadata.python)
    return {}, None

def _pull_description(text):
    platforms = json.decode(text, default = None)
    problem = platforms_problem(platforms)
    if problem:
        return None, problem
    return {"BUILD.bazel": image_build_file(platforms, insecure = False, repository = "registry.example/base", target = "base")}, None

def _image_lock(text):
    images, problem = parse_image_lock(text, "images.lock.json")
    return (None, problem) if problem else ({name + "/BUILD.bazel": "" for name in images}, None)

def _advisory_database(text):
    fields = json.decode(text, default = None)
    problem = database_problem(fields)
    if problem:
        return None, problem
    return {"BUILD.bazel": database_build_file(as_of = fields["as_of"], file = "database.json", target = fields["name"])}, None

READERS = {
    "advisory_database": _advisory_database,
    "apt_lock": _apt_lock,
    "archive_lock": _archive_lock,
    "image_lock": _image_lock,
    "index_page": _index_page,
    "metadata": _metadata,
    "package_json": _package_json,
    "package_lock": _package_lock,
    "pull_description": _pull_description,
    "pylock": _pylock,
    "requirements": _requirements,
    "uv_lock": _uv_lock,
}
