"""Debian packages, locked: the `apt` module extension and the rules around a lock.

```starlark
apt = use_extension("@rules_plinth//rules:apt.bzl", "apt")
apt.install(name = "debian13", lock = "//:debian13.lock.json")
use_repo(apt, "debian13")
```

`@debian13//libssl3t64` is then the package for the target platform together with everything it
depends on, and `@debian13//libssl3t64:arm64` the same for a named architecture.
"""

load("//rules/private/apt:extension.bzl", _apt = "apt")
load("//rules/private/apt:lock.bzl", _apt_lock = "apt_lock")

apt = _apt
apt_lock = _apt_lock
