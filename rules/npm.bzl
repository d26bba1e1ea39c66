"""npm packages, locked: the `npm` module extension and their layers.

```starlark
npm = use_extension("@rules_plinth//rules:npm.bzl", "npm")
npm.install(name = "npm", lock = "//:package-lock.json")
use_repo(npm, "npm")
```

The lock is npm's `package-lock.json`, version 2 or 3, as npm 7 and newer write it; locks of Yarn,
pnpm and bun are refused, with the command that converts them. Packages for development and for
other platforms are left out. Packages of git repositories are refused. Workspaces are links to your
own sources.

`@npm//:node_modules` is then everything that the lock has for run time, and
`@npm//:node_modules/express` one package of it. Every tarball is checked against the lock's
`integrity`; it comes from the registry of your npm configuration, whether or not the lock names URLs.
"""

load("//rules/private/npm:extension.bzl", _npm = "npm")
load("//rules/private/npm:npm_layer.bzl", _npm_layer = "npm_layer")

npm = _npm
npm_layer = _npm_layer
