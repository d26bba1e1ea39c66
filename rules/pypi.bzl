"""Python wheels, pinned by hash: the `pypi` module extension.

```starlark
pypi = use_extension("@rules_plinth//rules:pypi.bzl", "pypi")
pypi.install(name = "wheels", requirements = "//:requirements.txt")
use_repo(pypi, "wheels")
```

`@wheels//psutil` is then the wheel for the target platform with all that it needs, which its metadata
names; `@wheels//:all` is everything that the file pins. Environment markers are evaluated for the image:
for the Python of `python` and the architecture of the target platform. Every spelling of a name
works: `scikit-learn`, `scikit_learn`.

The file is a requirements file with hashes, as pip-compile, `uv export`, `uv pip compile` and Poetry's
export write it, a `uv.lock` or a `pylock.toml`. Wheels come from the index that pip on the machine is
configured with (`PIP_INDEX_URL`, `PIP_EXTRA_INDEX_URL`, pip.conf), and their bytes are checked,
whichever server sends them. A pin that cannot be a wheel (sources, a path, a revision in git) is
refused when a target needs it.
"""

load("//rules/private/pypi:extension.bzl", _pypi = "pypi")

pypi = _pypi
