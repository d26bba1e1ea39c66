"""Images of rules_oci, wherever Plinth takes an image.

```starlark
load("@rules_oci//oci:defs.bzl", "oci_image")
load("@rules_plinth//rules:check.bzl", "closure_test")

oci_image(
    name = "image",
    base = "@rules_plinth//base/python3:debian13_nonroot",
    tars = [":dependencies", ":app"],
)

closure_test(name = "image_closure_test", image = ":image")
```

The rules that test, compare, list, push and load images accept `oci_image` and `oci_image_index`,
and so does `image(base = …)`. You need to load nothing from this file.
"""

load("//rules/private/oci:oci_image_aspect.bzl", _oci_image_aspect = "oci_image_aspect")

oci_image_aspect = _oci_image_aspect
