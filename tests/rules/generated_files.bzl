"""What repository rules write when a field of their input is hostile, for generated_files_test.py.

Each rule gets each hostile value in each field. The text comes from the functions that the rules
themselves call.
"""

load("@bazel_skylib//rules:write_file.bzl", "write_file")
load("@plinth_grammar_values//:values.bzl", "VALUES")

# buildifier: disable=bzl-visibility
load("//rules/private:build_file.bzl", "assignment", "call", "glob_call", "select_call")
load(":readers.bzl", "READERS")

_SHA256 = "0123456789abcdef" * 4

# Fields are named by their path, parts separated by spaces; `KEY` at the end means the key itself.

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
    "provided": {"amd64": {"provided-name": _PACKAGE["name"]}},
}

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

_PYPI = {"name": "Flask", "extra": "async", "version": "3.0", "hash": _SHA256, "marker": "python_version > \"3\""}

def _requirements(fields):
    return _with_fields("{name}[{extra}]=={version} ; {marker} --hash=sha256:{hash}\n", fields)

def _pylock(fields):
    return _with_fields("""\
lock-version = "1.0"
[[packages]]
name = "{name}"
version = "{version}"
marker = "{marker}"
wheels = [{{ name = "{file}", url = "{url}", hashes = {{ sha256 = "{hash}" }} }}]
""", {field: json.encode(value)[1:-1] for field, value in fields.items()})

def _uv_lock(fields):
    return _with_fields("""\
version = 1
[[package]]
name = "{name}"
version = "{version}"
wheels = [{{ url = "{url}", hash = "sha256:{hash}" }}]
[[package]]
name = "root"
source = {{ virtual = "." }}
dependencies = [{{ name = "{name}", marker = "{marker}", extra = ["{extra}"] }}]
""", {field: json.encode(value)[1:-1] for field, value in fields.items()})

def _with_fields(text, fields):
    return text.format(**{field: value if type(value) == "string" else str(value) for field, value in fields.items()})

_PYLOCK = {"name": "Flask", "version": "3.0", "hash": _SHA256, "marker": "python_version > '3'", "file": "flask-3.0-py3-none-any.whl", "url": "https://index.example/flask-3.0-py3-none-any.whl"}
_UV_LOCK = {"name": "flask", "extra": "async", "version": "3.0", "hash": _SHA256, "marker": "python_version > '3'", "url": "https://index.example/flask-3.0-py3-none-any.whl"}

_PAGE = {"files": [{"filename": "x-1-py3-none-any.whl", "url": "https://index.example/x-1-py3-none-any.whl", "hashes": {"sha256": _SHA256}}]}

_METADATA = {"name": "x", "version": "1", "requires": "y[z]", "marker": "python_version > '3'", "python": ">=3.9"}

def _metadata(fields):
    return _with_fields("Name: {name}\nVersion: {version}\nRequires-Dist: {requires} ; {marker}\nRequires-Python: {python}\n", fields)

_PULL = [{"name": "linux_arm_v7", "architecture": "arm", "variant": "v7", "layers": {"sha256:" + _SHA256: 1}}]

_IMAGES = {"version": 1, "images": {"base": {"image": "registry.example/base", "digest": "sha256:" + _SHA256}}}

_DATABASE = {"as_of": "2026-11-27", "name": "tracker", "sha256": _SHA256}

# Name of a reader -> a sound document, what makes a text of it, and its fields.
_RULES = {
    "apt_lock": (_APT, json.encode, [
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
        "provided",
        "provided amd64",
        "provided amd64 KEY",
        "provided amd64 provided-name",
    ] + ["packages amd64 0 " + field for field in _PACKAGE if field != "depends"]),
    "archive_lock": (_ARCHIVE, json.encode, [
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
    "package_lock": (_NPM, json.encode, [
        "packages",
        "packages node_modules/@scope/a",
        "packages node_modules/@scope/a KEY",
    ] + ["packages node_modules/@scope/a " + field for field in ("name", "version", "integrity", "resolved", "cpu", "cpu 0", "os", "libc")]),
    "requirements": (_PYPI, _requirements, list(_PYPI)),
    "advisory_database": (_DATABASE, json.encode, list(_DATABASE)),
    "image_lock": (_IMAGES, json.encode, [
        "images",
        "images base",
        "images base KEY",
        "images base image",
        "images base digest",
    ]),
    "index_page": (_PAGE, json.encode, [
        "files",
        "files 0",
        "files 0 url",
        "files 0 hashes",
        "files 0 hashes sha256",
    ]),
    "metadata": (_METADATA, _metadata, list(_METADATA)),
    "package_json": ({"name": "a", "version": "1.0.0"}, json.encode, ["name", "version"]),
    "pull_description": (_PULL, json.encode, [
        "0",
        "0 name",
        "0 architecture",
        "0 variant",
        "0 layers",
        "0 layers sha256:{}".format(_SHA256),
        "0 layers sha256:{} KEY".format(_SHA256),
    ]),
    "pylock": (_PYLOCK, _pylock, list(_PYLOCK)),
    "uv_lock": (_UV_LOCK, _uv_lock, list(_UV_LOCK)),
}

def _with(document, path, value):
    """A copy of a JSON document with another value at a path; None if the value cannot be there."""
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
    for rule, (good, write, fields) in _RULES.items():
        read = READERS[rule]
        files, problem = read(write(good))
        cases.append({"rule": rule, "field": "", "value": "", "files": files, "problem": problem})
        for field in fields:
            for value in VALUES["anywhere"]:
                document = _with(good, field, value)
                if document == None:
                    continue
                files, problem = read(write(document))
                cases.append({"rule": rule, "field": field, "value": value, "files": files, "problem": problem})
    return cases

def _written():
    """What the writer makes of unchecked values."""
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
