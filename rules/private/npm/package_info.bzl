"""Defines the provider that carries the packages of an npm lock."""

visibility("//...")

NpmPackagesInfo = provider(
    doc = """\
Packages of an npm lock, fetched, verified and unpacked.

Made by the repositories of the `npm` extension; `npm_layer` puts them where Node.js looks.
""",
    fields = {
        "packages": "List of structs: `name`, `version`, `path` (`node_modules/…`), `link` (the directory of a workspace that it is a link to, or empty), `fragment` (`FragmentInfo` for packages in `/app`), `root` (the prefix of its files' paths that `path` replaces) and `files`, a list of File.",
    },
)
