"""Tests of what the `pypi` extension knows of requirements files and locks."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//rules/private/pypi:lockfiles.bzl", "parse_pylock", "parse_uv_lock")  # buildifier: disable=bzl-visibility
load("//rules/private/pypi:markers.bzl", "ANY_EXTRA", "marker_environment", "marker_holds")  # buildifier: disable=bzl-visibility
load("//rules/private/pypi:names.bzl", "normalize")  # buildifier: disable=bzl-visibility
load("//rules/private/pypi:requirements.bzl", "parse_requirements")  # buildifier: disable=bzl-visibility
load("//rules/private/pypi:selection.bzl", "select_requirements")  # buildifier: disable=bzl-visibility
load("//rules/private/pypi:toml.bzl", "parse_toml")  # buildifier: disable=bzl-visibility
load("//rules/private/pypi:versions.bzl", "suits")  # buildifier: disable=bzl-visibility

_A = "a" * 64
_B = "b" * 64
_C = "c" * 64

_REQUIREMENTS = """\
# Made by pip-compile
--index-url https://packages.example/simple
--extra-index-url https://own.example/simple
--find-links=https://own.example/wheels.html
-f wheels
--trusted-host packages.example
-r more/base.txt
Flask_Login==0.6.3 \\
    --hash=sha256:{a} \\
    --hash=sha256:{b}
    # via -r requirements.in

uvicorn[standard]==0.30.0 ; python_version >= "3.8" --hash=sha256:{c}
httptools==0.6.4 ; sys_platform != 'win32' \\
    --hash=sha256:{a}
    # via
    #   uvicorn
    #   other-server
click==8.1.7 --hash=sha256:{b}  # via flask, uvicorn
""".format(a = _A, b = _B, c = _C)

def _pins(file):
    return [(each.name, each.version, each.hashes, each.extras, each.marker, each.via) for each in file.requirements]

def _requirements_impl(ctx):
    env = unittest.begin(ctx)
    wanted = [
        ("flask-login", "0.6.3", [_A, _B], [], "", []),
        ("uvicorn", "0.30.0", [_C], ["standard"], 'python_version >= "3.8"', []),
        ("httptools", "0.6.4", [_A], [], "sys_platform != 'win32'", ["uvicorn", "other-server"]),
        ("click", "8.1.7", [_B], [], "", ["flask", "uvicorn"]),
        ("humanize", "4.9.0", [_A], [], "", []),
    ]

    def read(path):
        text = {
            "more/base.txt": "-r further.txt",
            "more/further.txt": "humanize===4.9.0 --hash sha256:{}".format(_A),
        }.get(path)
        return struct(text = text, where = path)

    file = parse_requirements(_REQUIREMENTS, "requirements.txt", read)
    asserts.equals(env, wanted, _pins(file))
    asserts.equals(env, "https://packages.example/simple", file.index)
    asserts.equals(env, ["https://own.example/simple"], file.extra_indexes)
    asserts.equals(env, ["https://own.example/wheels.html", "wheels"], file.find_links)
    windows = "\357\273\277" + _REQUIREMENTS.replace("\n", "\r\n")
    asserts.equals(env, wanted, _pins(parse_requirements(windows, "requirements.txt", read)))
    return unittest.end(env)

_MANY = 3000

def _includes_impl(ctx):
    env = unittest.begin(ctx)

    def read(path):
        """A chain of files, each of which includes itself and the one before."""
        name = path.removeprefix("more/").removesuffix(".txt")
        if path == name or not name.isdigit() or int(name) > _MANY:
            return struct(text = None, where = path)
        return struct(
            text = "-r ./../more/./{}.txt\n-r {}.txt\ntool{}==1.0 --hash=sha256:{}".format(name, int(name) + 1 if int(name) < _MANY else name, name, _A),
            where = path,
        )

    file = parse_requirements("-r more/1.txt", "requirements.txt", read)
    asserts.equals(env, ["tool{}".format(number) for number in range(1, _MANY + 1)], [each.name for each in file.requirements])
    return unittest.end(env)

_CONSTRAINTS = """\
flask==3.0 --hash=sha256:{a}
jinja2==3.1 --hash=sha256:{b}
click==8.1 ; python_version < "3.13" --hash=sha256:{b}
click==8.2 ; python_version >= "3.13" --hash=sha256:{c}
redis<6
numpy
""".format(a = _A, b = _B, c = _C)

# Lines of a file with those constraints, and what they pin, or what is wrong.
_CONSTRAINED = {
    "click": [("click", "8.1", [_B], [], '(python_version < "3.13")', []), ("click", "8.2", [_C], [], '(python_version >= "3.13")', [])],
    "click==9.0 --hash=sha256:" + _A: [("click", "9.0", [_A], [], "", [])],
    "flask": [("flask", "3.0", [_A], [], "", [])],
    "flask==2.0 --hash=sha256:" + _A: '"flask==2.0" is not what the constraint "flask==3.0" at c.txt:1 allows',
    "flask==3.0": [("flask", "3.0", [_A], [], "", [])],
    "flask>=4": '"flask>=4" excludes what the constraint at c.txt:1 pins: "3.0"',
    "flask[async]>=2 ; os_name == 'posix'": [("flask", "3.0", [_A], ["async"], "(os_name == 'posix')", [])],
    "numpy": '"numpy" is not pinned to an exact version',
    "redis==5.0 --hash=sha256:" + _A: [("redis", "5.0", [_A], [], "", [])],
    "redis==6.1 --hash=sha256:" + _A: '"redis==6.1" is not what the constraint "redis<6" at c.txt:5 allows',
}

def _constraints_impl(ctx):
    env = unittest.begin(ctx)

    def read(path):
        return struct(text = _CONSTRAINTS if path == "c.txt" else None, where = path)

    for line, expected in _CONSTRAINED.items():
        file = parse_requirements(line + "\n-c c.txt", "r.txt", read)
        (name,) = file.wanted
        own = [pin for pin in _pins(file) if pin[0] == name]
        if type(expected) == type(""):
            asserts.true(env, file.requirements[0].error.startswith("r.txt:1: " + expected), file.requirements[0].error)
        else:
            asserts.equals(env, expected, own, line)
        pinned = sorted({each.name: None for each in file.requirements}.keys())
        asserts.equals(env, sorted({each: None for each in [name, "click", "flask", "jinja2"]}.keys()), pinned, "what others require is pinned by constraints")
    return unittest.end(env)

_REFUSED = {
    "-c absent.txt": ("", "there is no such file"),
    "-e .": ("", "is editable"),
    "-e git+https://example.com/a.git#egg=a": ("", "is editable"),
    "-r absent.txt": ("", "there is no such file"),
    "--frobnicate": ("", "is not an option of requirements files"),
    "./dist/demo-1.0-py3-none-any.whl": ("demo", "is a path of this machine"),
    "demo @ file:///tmp/demo.whl": ("demo", "is a path of this machine"),
    "demo @ git+https://example.com/demo@v1": ("demo", "version control"),
    "git+https://example.com/demo.git#egg=demo": ("demo", "version control"),
    "demo @ https://example.com/demo-1.0-py3-none-any.whl --hash=sha256:" + _A: ("demo", "its own URL"),
    "https://example.com/demo-1.0.tar.gz": ("", "its own URL"),
    "demo>=1.0 --hash=sha256:" + _A: ("demo", "is not pinned to an exact version"),
    "demo": ("demo", "is not pinned to an exact version"),
    "demo==1.* --hash=sha256:" + _A: ("demo", "is not pinned to an exact version"),
    "demo==1.0": ("demo", "has no SHA-256 hash"),
    "demo==1.0 --hash=md5:00": ("demo", "has no SHA-256 hash"),
    "demo==1.0 --hash=sha256:00": ("demo", "SHA-256 ="),
    "<html>": ("", "does not begin with the name"),
}

def _refused_lines_impl(ctx):
    env = unittest.begin(ctx)
    for line, (name, problem) in _REFUSED.items():
        (found,) = parse_requirements("\n# a comment\n" + line, "requirements.txt").requirements
        asserts.equals(env, name, found.name, line)
        asserts.true(env, problem in found.error, "{}: {}".format(line, found.error))
        asserts.true(env, found.error.startswith("requirements.txt:3: "), found.error)
    return unittest.end(env)

# What CPython 3.13 on amd64 says of a marker.
_MARKERS = {
    "": True,
    "python_version >= '3.8'": True,
    "python_version < \"3.13\"": False,
    "python_version < '3.9' or python_version >= '3.10'": True,
    "python_full_version < '3.11.3'": False,
    "python_version == '3.*'": True,
    "python_version ~= '3.8'": True,
    "python_version not in '2.7 3.13'": False,
    "'3.8' <= python_version": True,
    "python_version > '3.13'": False,
    "(sys_platform == 'win32' or sys_platform == 'linux') and platform_machine == 'x86_64'": True,
    "sys_platform == 'win32' or sys_platform == 'linux' and platform_machine == 'aarch64'": False,
    "platform_machine not in 'x86_64 amd64'": False,
    "implementation_name == 'cpython' and platform_python_implementation != 'PyPy'": True,
    "os.name == 'posix'": True,
    "extra == 'standard'": False,
    "platform_system=='Linux'": True,
    "platform_release >= '20'": False,
}

_NO_MARKERS = ["python_version", "python_version >=", "python_version >= '3", "(os_name == 'posix'", "os_name == 'posix')", "colour == 'red'", "os_name == 'a' os_name == 'b'", "and", "$"]

def _markers_impl(ctx):
    env = unittest.begin(ctx)
    environment = marker_environment("3.13", "amd64")
    for marker, holds in _MARKERS.items():
        asserts.equals(env, struct(holds = holds, error = ""), marker_holds(marker, environment), marker)
    for marker in _NO_MARKERS:
        asserts.true(env, marker_holds(marker, environment).error, marker)
    asserts.true(env, marker_holds("extra == 'Stan_dard'", environment, "stan-dard").holds)
    asserts.true(env, marker_holds("extra == 'a' and os_name == 'posix'", environment, ANY_EXTRA).holds)
    asserts.false(env, marker_holds("extra == 'a' and os_name == 'nt'", environment, ANY_EXTRA).holds)
    asserts.true(env, marker_holds("'dev' in dependency_groups", environment, groups = ["dev"]).holds)
    asserts.true(env, marker_holds("python_full_version < '3.11.3'", marker_environment("3.11", "arm64")).holds)
    return unittest.end(env)

_POETRY = """\
numpy==1.26.4 ; python_version < "3.13" --hash=sha256:{a}
numpy==2.3.0 ; python_version >= "3.13" --hash=sha256:{b}
colorama==0.4.6 ; sys_platform == "win32" --hash=sha256:{a}
twice==1.0 --hash=sha256:{a}
twice==2.0 --hash=sha256:{b}
odd==1.0 ; colour == "red" --hash=sha256:{b}
""".format(a = _A, b = _B)

def _selection_impl(ctx):
    env = unittest.begin(ctx)
    requirements = parse_requirements(_POETRY, "r.txt").requirements
    new = select_requirements(requirements, "r.txt", marker_environment("3.13", "amd64"))
    old = select_requirements(requirements, "r.txt", marker_environment("3.11", "amd64"))
    asserts.equals(env, {"numpy": "2.3.0"}, {name: each.version for name, each in new.chosen.items()})
    asserts.equals(env, "1.26.4", old.chosen["numpy"].version)
    asserts.equals(env, ["colorama", "odd", "twice"], sorted(new.refusals))
    asserts.true(env, "r.txt:3" in new.refusals["colorama"], new.refusals["colorama"])
    asserts.true(env, "two versions of twice" in new.refusals["twice"], new.refusals["twice"])
    asserts.true(env, 'no variable "colour"' in new.refusals["odd"], new.refusals["odd"])
    asserts.equals(env, ["numpy", "twice", "odd"], new.all)
    broken = select_requirements(parse_requirements("-e .\n" + _POETRY, "r.txt").requirements, "r.txt", marker_environment("3.13", "amd64"))
    asserts.true(env, 'r.txt:1: "." is editable' in broken.refusals["numpy"])
    return unittest.end(env)

_UV_LOCK = """\
version = 1
revision = 3
requires-python = ">=3.11"
resolution-markers = [
    "python_full_version >= '3.12'",
    "python_full_version < '3.12'",
]

[[package]]
name = "demo"
version = "0.1.0"
source = {{ virtual = "." }}
dependencies = [
    {{ name = "uvicorn", extra = ["standard"] }},
    {{ name = "colorama", marker = "sys_platform == 'win32'" }},
]

[package.dev-dependencies]
dev = [{{ name = "pytest" }}]

[package.metadata]
requires-dist = [{{ name = "uvicorn", extras = ["standard"], specifier = ">=0.30" }}]

[[package]]
name = "uvicorn"
version = "0.30.0"
source = {{ registry = "https://packages.example/simple" }}
sdist = {{ url = "https://files.example/uvicorn-0.30.0.tar.gz", hash = "sha256:{c}", size = 1, upload-time = "2026-01-01T00:00:00Z" }}
wheels = [
    {{ url = "https://files.example/uvicorn-0.30.0-py3-none-any.whl", hash = "sha256:{a}", size = 2 }},
]

[package.optional-dependencies]
standard = [{{ name = "httptools" }}]

[[package]]
name = "httptools"
version = "0.6.3"
source = {{ registry = "https://packages.example/simple" }}
resolution-markers = ["python_full_version < '3.12'"]
wheels = []

[[package]]
name = "httptools"
version = "0.6.4"
source = {{ registry = "https://packages.example/simple" }}
resolution-markers = ["python_full_version >= '3.12'"]
wheels = [{{ url = "https://files.example/httptools-0.6.4-cp313-cp313-manylinux_2_17_x86_64.whl", hash = "sha256:{b}" }}]

[[package]]
name = "pytest"
version = "8.0"
source = {{ registry = "https://packages.example/simple" }}
sdist = {{ url = "https://files.example/pytest-8.0.tar.gz", hash = "sha256:{c}" }}

[[package]]
name = "colorama"
version = "0.4"
source = {{ git = "https://example.com/colorama?rev=1" }}
""".format(a = _A, b = _B, c = _C)

def _uv_lock_impl(ctx):
    env = unittest.begin(ctx)
    environment = marker_environment("3.13", "amd64")
    lock = parse_uv_lock(_UV_LOCK, "uv.lock", environment)
    asserts.equals(env, "", lock.error)
    asserts.equals(env, ["httptools", "uvicorn"], sorted(lock.wanted))
    selection = select_requirements(lock.requirements, "uv.lock", environment, wanted = lock.wanted)
    asserts.equals(env, {"httptools": "0.6.4", "uvicorn": "0.30.0"}, {name: each.version for name, each in selection.chosen.items()})
    asserts.equals(env, ["standard"], selection.chosen["uvicorn"].extras)
    asserts.equals(env, {_A: "https://files.example/uvicorn-0.30.0-py3-none-any.whl"}, selection.chosen["uvicorn"].files)
    asserts.true(env, "only sources" in selection.refusals["pytest"])
    asserts.true(env, "a revision in git" in selection.refusals["colorama"])
    asserts.true(env, "version should be 1" in parse_uv_lock("version = 9\n", "uv.lock", environment).error)
    return unittest.end(env)

_PYLOCK = """\
lock-version = "1.0"
created-by = 'pip' # who made it

[[packages]]
name = "Flask"
version = "3.0"
[[packages.wheels]]
name = "flask-3.0-py3-none-any.whl"
url = "https://files.example/flask-3.0-py3-none-any.whl"
[packages.wheels.hashes]
sha256 = "{a}"

[[packages]]
name = "tomli"
version = "2.0"
marker = 'python_version < "3.11"'
wheels = [{{ name = "tomli-2.0-py3-none-any.whl", hashes = {{ sha256 = "{b}" }} }}]

[[packages]]
name = "mine"
directory = {{ path = "." }}
""".format(a = _A, b = _B)

def _pylock_impl(ctx):
    env = unittest.begin(ctx)
    lock = parse_pylock(_PYLOCK, "pylock.toml")
    selection = select_requirements(lock.requirements, "pylock.toml", marker_environment("3.13", "amd64"), groups = lock.groups)
    asserts.equals(env, ["flask"], selection.chosen.keys())
    asserts.equals(env, {_A: "https://files.example/flask-3.0-py3-none-any.whl"}, selection.chosen["flask"].files)
    asserts.true(env, "directory of this machine" in selection.refusals["mine"])
    asserts.true(env, "other environments" in selection.refusals["tomli"])
    asserts.true(env, "lock-version" in parse_pylock("lock-version = \"2.0\"\n", "pylock.toml").error)
    return unittest.end(env)

_TOML = """\
a = "x\\"y\\\\" # comment
b = [1, 'C:\\d', # one
  "two", ]
c.d = 1
[t."q.r"]
e = { f = true, g = [] }
"""

def _toml_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, ({
        "a": "x\"y\\",
        "b": [1, "C:\\d", "two"],
        "c.d": 1,
        "t": {"q.r": {"e": {"f": True, "g": []}}},
    }, ""), parse_toml(_TOML))
    for text in ["a = ", "a", "a = \"x", "a = 'x\n'", "[a", "a = [1", "a = 1\na = 2", "a = \"\"\"x\"\"\"", "= 1", "a = {b}"]:
        asserts.true(env, parse_toml(text)[1].startswith("line "), text)
    return unittest.end(env)

def _requires_python_impl(ctx):
    env = unittest.begin(ctx)
    for specifier, expected in {">=3.9": True, "<3.13": False, ">=3.8,!=3.9.*,<4": True, "~=3.10": True, ">=3.14": False, "==3.12.*": False, ">=3.8.*": True, "": True}.items():
        asserts.equals(env, expected, suits("3.13.5", specifier), specifier)
    return unittest.end(env)

def _names_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, "zope-interface", normalize("Zope.Interface"))
    asserts.equals(env, "a-b", normalize("a-_.b"))
    return unittest.end(env)

_constraints_test = unittest.make(_constraints_impl)
_includes_test = unittest.make(_includes_impl)
_requirements_test = unittest.make(_requirements_impl)
_refused_lines_test = unittest.make(_refused_lines_impl)
_markers_test = unittest.make(_markers_impl)
_selection_test = unittest.make(_selection_impl)
_uv_lock_test = unittest.make(_uv_lock_impl)
_pylock_test = unittest.make(_pylock_impl)
_toml_test = unittest.make(_toml_impl)
_requires_python_test = unittest.make(_requires_python_impl)
_names_test = unittest.make(_names_impl)

def pypi_test_suite(name):
    """All tests of this file.

    Args:
      name: Name of the suite.
    """
    unittest.suite(
        name,
        _requirements_test,
        _includes_test,
        _constraints_test,
        _names_test,
        _requires_python_test,
        _toml_test,
        _pylock_test,
        _uv_lock_test,
        _selection_test,
        _markers_test,
        _refused_lines_test,
    )
