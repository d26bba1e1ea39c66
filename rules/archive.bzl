"""Upstream archives, pinned by hash: the `archive` module extension and its layers.

```starlark
archive = use_extension("@rules_plinth//rules:archive.bzl", "archive")
archive.install(name = "archives", lock = "//:archives.lock.json")
use_repo(archive, "archives")
```

`@archives//nodejs24` is then the archive for the target platform, for a layer:

```starlark
archive_layer(
    name = "node",
    archive = "@archives//nodejs24",
    directory = "/nodejs",
)
```

docs/archives.md shows an archive lock.
"""

load("//rules/private/archive:extension.bzl", _archive = "archive")
load("//rules/private/layer:archive_layer.bzl", _archive_layer = "archive_layer")

archive = _archive
archive_layer = _archive_layer
