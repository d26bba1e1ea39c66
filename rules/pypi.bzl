"""Python wheels, pinned by hash: the `pypi` module extension.

```starlark
pypi = use_extension("@rules_plinth//rules:pypi.bzl", "pypi")
pypi.install(name = "wheels", requirements = "//:requirements.txt")
use_repo(pypi, "wheels")
```

`@wheels//psutil` is then the wheel for the target platform. The requirements file is what
`pip-compile --generate-hashes` and `uv export` write: every requirement with its version and
hashes, and no addresses.
"""

load("//rules/private/pypi:extension.bzl", _pypi = "pypi")

pypi = _pypi
