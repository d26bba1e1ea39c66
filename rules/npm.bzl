"""npm packages, locked: the `npm` module extension and their layers.

```starlark
npm = use_extension("@rules_plinth//rules:npm.bzl", "npm")
npm.install(name = "npm", lock = "//:package-lock.json")
use_repo(npm, "npm")
```

`@npm//:node_modules` is then all that the lock names for run time, and
`@npm//:node_modules/express` one package of it. Every tarball is checked against the lock's
`integrity`; it comes from the registry of your npm configuration, whether or not the lock names URLs.
"""

load("//rules/private/npm:extension.bzl", _npm = "npm")
load("//rules/private/npm:npm_layer.bzl", _npm_layer = "npm_layer")

npm = _npm
npm_layer = _npm_layer
