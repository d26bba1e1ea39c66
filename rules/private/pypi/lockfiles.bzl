"""Reads locks with files and their hashes: `uv.lock`, and `pylock.toml` (PEP 751)."""

load("//rules/private:endless.bzl", "ENDLESS")
load("//rules/private:grammar.bzl", "shown")
load("//rules/private:shape.bzl", "ANY_KEY", "shape_problem")
load("//rules/private/pypi:markers.bzl", "marker_holds")
load("//rules/private/pypi:names.bzl", "normalize")
load("//rules/private/pypi:requirements.bzl", "requirement")
load("//rules/private/pypi:toml.bzl", "parse_toml")

visibility("//...")

_WHEELS = [{"filename": "string", "hash": "string", "hashes": {"sha256": "string"}, "name": "string", "path": "string", "url": "string"}]
_PYLOCK = {
    "default-groups": ["string"],
    "packages": [{"marker": "string", "name": "string", "version": "string", "wheels": _WHEELS}],
}
_DEPENDENCIES = [{"extra": ["string"], "marker": "string", "name": "string"}]
_UV_LOCK = {
    "package": [{
        "dependencies": _DEPENDENCIES,
        "name": "string",
        "optional-dependencies": {ANY_KEY: _DEPENDENCIES},
        "resolution-markers": ["string"],
        "source": {},
        "version": "string",
        "wheels": _WHEELS,
    }],
}

def is_uv_lock(filename):
    """Whether a file is a lock of uv.

    Args:
      filename: Its name without directories.
    """
    return filename == "uv.lock"

def is_pylock(filename):
    """Whether a file is a lock of PEP 751.

    Args:
      filename: Its name without directories.
    """
    return filename == "pylock.toml" or (filename.startswith("pylock.") and filename.endswith(".toml"))

def parse_pylock(text, where):
    """Parse `pylock.toml`.

    Args:
      text: Its content.
      where: Its name, for error messages.

    Returns:
      Struct: `requirements`, a list of what `requirement` makes; `groups`, the dependency groups that
      are installed; `error`, empty if there is none.
    """
    document, error = parse_toml(text)
    if not error and not str(document.get("lock-version", "")).startswith("1."):
        error = "lock-version should be 1.0, and is {}".format(shown(document.get("lock-version")))
    error = error or shape_problem(document, _PYLOCK) or ""
    if error:
        return struct(requirements = [], groups = [], error = "{}: this lock cannot be read: {}".format(where, error))
    found = []
    for package in document.get("packages", []):
        kind = [key for key in ("vcs", "directory", "archive") if key in package]
        found.append(_requirement(
            package,
            files = {
                wheel.get("hashes", {}).get("sha256", ""): wheel.get("url") or wheel.get("name") or wheel.get("path", "")
                for wheel in package.get("wheels", [])
            },
            kind = kind[0] if kind else "",
            marker = package.get("marker", ""),
            where = where,
        ))
    return struct(requirements = found, groups = document.get("default-groups", []), error = "")

def parse_uv_lock(text, where, environment):
    """Parse `uv.lock`, for one environment.

    Args:
      text: Its content.
      where: Its name, for error messages.
      environment: As of `marker_environment`.

    Returns:
      Struct: `requirements`, a list of what `requirement` makes, the project itself left out;
      `wanted`, the normalized names that the project needs, without those for development;
      `error`, empty if there is none.
    """
    document, error = parse_toml(text)
    if not error and document.get("version") != 1:
        error = "version should be 1, and is {}".format(shown(document.get("version")))
    error = error or shape_problem(document, _UV_LOCK) or ""
    if error:
        return struct(requirements = [], wanted = [], error = "{}: this lock of uv cannot be read: {}".format(where, error))
    packages = {}
    for package in document.get("package", []):
        forks = package.get("resolution-markers", [])
        if not forks or [marker for marker in forks if marker_holds(marker, environment).holds]:
            packages.setdefault(normalize(package.get("name", "")), package)
    projects = [
        name
        for name, package in packages.items()
        if [kind for kind in ("virtual", "editable", "directory") if kind in package.get("source", {})]
    ]
    wanted = _walk(packages, projects, environment)
    found = []
    for name, package in packages.items():
        if name in projects:
            continue
        kind = [kind for kind in ("git", "url", "path") if kind in package.get("source", {})]
        found.append(_requirement(
            package,
            extras = sorted(wanted.get(name, {}).keys()),
            files = {wheel.get("hash", "").removeprefix("sha256:"): wheel.get("url") or wheel.get("filename") or wheel.get("path", "") for wheel in package.get("wheels", [])},
            kind = kind[0] if kind else "",
            where = where,
        ))
    return struct(requirements = found, wanted = [name for name in wanted if name not in projects], error = "")

def _requirement(package, *, files, kind, where, marker = "", extras = []):
    name = package.get("name", "")
    where = "{}: {} {}".format(where, shown(name), shown(package.get("version", "")))
    error = ""
    if kind:
        error = "{} is locked as {}, not as a wheel of an index.\n  Publish it to an index, or put its files into a files_layer.".format(where, {
            "archive": "an archive",
            "directory": "a directory of this machine",
            "git": "a revision in git",
            "path": "a file of this machine",
            "url": "a file at its own URL",
            "vcs": "a revision in version control",
        }[kind])
    elif not files or "" in files:
        error = "{} has {}.\n  Only wheels can go into an image: pin a version that has one, or build one and publish it to an index.".format(where, "a wheel without a SHA-256" if files else "no wheel, only sources")
    return requirement(
        name,
        error = error,
        extras = extras,
        files = files,
        hashes = files.keys(),
        marker = marker,
        version = package.get("version", ""),
        where = where,
    )

def _walk(packages, projects, environment):
    """Return what projects need: normalized name -> extras that are asked for."""
    wanted = {}
    pending = [(name, "") for name in projects]
    for _ in ENDLESS:
        if not pending:
            break
        name, extra = pending.pop()
        if name not in packages or extra in wanted.get(name, {}):
            continue
        wanted.setdefault(name, {})[extra] = None
        package = packages[name]
        dependencies = package.get("optional-dependencies", {}).get(extra, []) if extra else package.get("dependencies", [])
        for dependency in dependencies:
            if marker_holds(dependency.get("marker", ""), environment, extra).holds:
                pending += [(normalize(dependency.get("name", "")), each) for each in [""] + dependency.get("extra", [])]
    return {name: {extra: None for extra in extras if extra} for name, extras in wanted.items()}
