"""What repository rules write when a field of their input is hostile, for generated_files_test.py.

Each rule gets each hostile value in each field. The text comes from the functions that the rules
themselves call.
"""

load("@bazel_skylib//rules:write_file.bzl", "write_file")
load("@plinth_grammar_values//:values.bzl", "VALUES")

# buildifier: disable=bzl-visibility
load("//rules/private:build_file.bzl", "assignment", "call", "glob_call", "select_call")

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
load("//rules/private/npm:npm_repository.bzl", "npm_build_file")

# buildifier: disable=bzl-visibility
load("//rules/private/pull:pulled_image_repository.bzl", "image_build_file", "platforms_problem")

# buildifier: disable=bzl-visibility
load("//rules/private/pypi:hub_repository.bzl", pypi_hub_files = "hub_files")

# buildifier: disable=bzl-visibility
load("//rules/private/pypi:markers.bzl", "marker_environment")

# buildifier: disable=bzl-visibility
load("//rules/private/pypi:requirements.bzl", "parse_requirements")

# buildifier: disable=bzl-visibility
load("//rules/private/pypi:selection.bzl", "select_requirements")

# buildifier: disable=bzl-visibility
load("//rules/private/pypi:wheel_repository.bzl", "wheel_build_file")

_SHA256 = "0123456789abcdef" * 4

# Fields are named by their path, parts separated by spaces; `KEY` at the end stands for the key itself.

_PACKAGE = {
    "name": "libc6",
    "version": "2.41-12",
    "architecture": "amd64",
    "source": "glibc",
    "source_version": "2.41-12",
    "archive": "debian",
    "suite": "trixie",
    "filename": "pool/main/g/glibc/libc6_2.41-12_amd64.deb",
    "sha256": _SHA256,
    "size": 1000,
    "snapshot": "20261121T091544Z",
    "depends": {"libc6": "libc6 (>= 2.41)"},
}

_APT = {
    "version": 1,
    "archives": {"debian": {"mirrors": ["https://mirror.example/debian"], "snapshot": "20261121T091544Z", "archive": "debian"}},
    "packages": {"amd64": [_PACKAGE]},
}

def _apt(lock):
    lock, problem = parse_lock(json.encode(lock), "lock.json")
    if problem:
        return None, problem
    repositories, depends, versions, packages = locked_repositories("hub", lock)
    files = {"hub/" + path: text for path, text in closure_files(repositories, depends, versions).items()}
    for name, (package, _) in packages.items():
        files[name + "/BUILD.bazel"] = package_build_file(package)
    return files, None

_ARCHIVE = {
    "version": 1,
    "archives": {"tool": {
        "name": "tool",
        "version": "1.0",
        "license": "MIT",
        "homepage": "https://tool.example/",
        "files": ["bin/tool"],
        "architectures": {"amd64": {
            "url": "https://tool.example/tool.tar.gz",
            "sha256": _SHA256,
            "strip_prefix": "tool",
            "members": {"bin/tool": _SHA256},
            "carriers": [{"npm": "tool", "version": "1.0.0", "sha256": _SHA256, "strip_prefix": "package"}],
        }},
    }},
}

def _archive(lock):
    archives, problem = parse_archives(json.encode(lock), "archives.json")
    if problem:
        return None, problem
    files = {}
    for key, archive in archives.items():
        for architecture in archive["architectures"]:
            files["{}_{}/BUILD.bazel".format(key, architecture)] = archive_build_file(
                archive,
                architecture = architecture,
                key = key,
                patterns = ["files/" + path for path in archive["files"]],
            )
    names = {key: {architecture: "hub_{}_{}".format(key, architecture) for architecture in archive["architectures"]} for key, archive in archives.items()}
    files |= {"hub/" + path: text for path, text in archive_hub_files(names, {key: archive["version"] for key, archive in archives.items()}).items()}
    return files, None

_NPM = {
    "lockfileVersion": 3,
    "packages": {"node_modules/@scope/a": {
        "name": "other",
        "version": "1.0.0",
        "integrity": "sha512-" + "a" * 86 + "==",
        "resolved": "https://registry.example/a.tgz",
        "cpu": ["x64"],
        "os": ["linux"],
        "libc": ["glibc"],
    }},
}

def _npm(lock):
    packages, problem = parse_package_lock(json.encode(lock), "package-lock.json")
    if problem:
        return None, problem
    return {"BUILD.bazel": npm_build_file(packages, ["packages/{}/package".format(number) for number in range(len(packages))])}, None

_PYPI = {"name": "Flask", "extra": "async", "version": "3.0", "hash": _SHA256, "marker": "python_version > \"3\""}

def _pypi(fields):
    for value in fields.values():
        if type(value) != "string":
            return None, "not text"
    file = parse_requirements("{name}[{extra}]=={version} ; {marker} --hash=sha256:{hash}\n".format(**fields), "requirements.txt")
    selection = select_requirements(file.requirements, "requirements.txt", marker_environment("3.13", "amd64"))
    files = {
        "hub/" + path: text
        for path, text in pypi_hub_files("hub", {"amd64": {
            field: getattr(selection, field)
            for field in ("all", "errors", "refusals", "written")
        }}).items()
    }
    for name, each in selection.chosen.items():
        files["hub_{}_amd64/BUILD.bazel".format(name)] = wheel_build_file(name, each.version, "x-1-py3-none-any.whl", "3.13")
    problems = [problem for problem in [selection.errors] + selection.refusals.values() if problem]

    # What is refused is written as well, with the reason.
    return files, (problems[0] if problems else None)

_PULL = {"platforms": [{"name": "linux_arm_v7", "architecture": "arm", "variant": "v7", "layers": {"sha256:" + _SHA256: 1}}]}

def _pull(described):
    problem = platforms_problem(described["platforms"])
    if problem:
        return None, problem
    return {"BUILD.bazel": image_build_file(described["platforms"], insecure = False, repository = "registry.example/base", target = "base")}, None

_RULES = {
    "apt": (_APT, _apt, [
        "packages",
        "packages amd64",
        "packages amd64 KEY",
        "packages amd64 0",
        "packages amd64 0 depends",
        "packages amd64 0 depends libc6 KEY",
        "archives",
        "archives debian",
        "archives debian KEY",
        "archives debian archive",
        "archives debian directory",
        "archives debian mirrors",
        "archives debian mirrors 0",
        "archives debian snapshot",
    ] + ["packages amd64 0 " + field for field in _PACKAGE if field != "depends"]),
    "archive": (_ARCHIVE, _archive, [
        "archives",
        "archives tool",
        "archives tool KEY",
        "archives tool name",
        "archives tool version",
        "archives tool license",
        "archives tool homepage",
        "archives tool files",
        "archives tool files 0",
        "archives tool architectures",
        "archives tool architectures amd64",
        "archives tool architectures amd64 KEY",
    ] + ["archives tool architectures amd64 " + field for field in (
        "url",
        "sha256",
        "sha512",
        "strip_prefix",
        "members",
        "members bin/tool",
        "members bin/tool KEY",
        "carriers",
        "carriers 0",
        "carriers 0 npm",
        "carriers 0 version",
        "carriers 0 sha256",
        "carriers 0 strip_prefix",
    )]),
    "npm": (_NPM, _npm, [
        "packages",
        "packages node_modules/@scope/a",
        "packages node_modules/@scope/a KEY",
    ] + ["packages node_modules/@scope/a " + field for field in ("name", "version", "integrity", "resolved", "cpu", "cpu 0", "os", "libc")]),
    "pypi": (_PYPI, _pypi, list(_PYPI)),
    "pull": (_PULL, _pull, [
        "platforms",
        "platforms 0",
        "platforms 0 name",
        "platforms 0 architecture",
        "platforms 0 variant",
        "platforms 0 layers",
        "platforms 0 layers sha256:{}".format(_SHA256),
        "platforms 0 layers sha256:{} KEY".format(_SHA256),
    ]),
}

def _with(document, path, value):
    """A copy of a JSON document with another value at a path; None if the value cannot stand there."""
    copy = json.decode(json.encode(document))
    parts = path.split(" ")
    renamed = parts[-1] == "KEY"
    if renamed:
        parts.pop()
        if type(value) != "string":
            return None
    inner = copy
    for part in parts[:-1]:
        inner = inner[int(part)] if type(inner) == "list" else inner[part]
    last = parts[-1]
    if renamed:
        kept = inner.pop(last)
        inner[value] = kept
    elif type(inner) == "list":
        inner[int(last)] = value
    else:
        inner[last] = value
    return copy

def _cases():
    cases = []
    for rule, (good, run, fields) in _RULES.items():
        files, problem = run(good)
        cases.append({"rule": rule, "field": "", "value": "", "files": files, "problem": problem})
        for field in fields:
            for value in VALUES["anywhere"]:
                document = _with(good, field, value)
                if document == None:
                    continue
                files, problem = run(document)
                cases.append({"rule": rule, "field": field, "value": value, "files": files, "problem": problem})
    return cases

def _written():
    """What the writer makes of values that nobody has checked."""
    values = [value for value in VALUES["anywhere"] if type(value) != "string" or not json.encode(value).count("\\u0")]
    values = [value for value in values if type(value) != "float" and "\177" not in str(value)]
    return {
        "values": values,
        "text": "".join([
            call("rule", name = value, dict = {str(value): value}, list = [value], glob = glob_call([str(value)]), select = select_call({str(value): value}, str(value)))
            for value in values
        ] + [assignment("X", value) for value in values]),
    }

def generated_files(name):
    """A JSON file of all cases.

    Args:
      name: Name of the target; the file is NAME.json.
    """
    write_file(
        name = name,
        out = name + ".json",
        content = [json.encode({"cases": _cases(), "written": _written()})],
    )
