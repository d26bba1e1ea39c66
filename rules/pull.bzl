"""Base images of registries: the `image_pull` module extension.

```starlark
pull = use_extension("@rules_plinth//rules:pull.bzl", "image_pull")
pull.image(
    name = "base",
    image = "registry.example/team/base",
    digest = "sha256:…",
)
use_repo(pull, "base")
```

To follow a tag, `image_lock` writes its digest to a file, and `pull.install(lock = …)` reads it.

`@base` is then the image for the target platform, to be the `base` of an `image`; `@base//:linux_arm64`
names one. Fetching it pulls only the metadata. The layers are pulled when a target needs them: a
layout, a push, a load, a test, a report, or a bill of materials. An image on this base needs them,
too, to check its files against the base's.
"""

load("//rules/private/pull:extension.bzl", _image_pull = "image_pull")
load("//rules/private/pull:image_lock.bzl", _image_lock = "image_lock")

image_lock = _image_lock
image_pull = _image_pull
