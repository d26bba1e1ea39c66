"""Locales other than C.UTF-8, which every image with a C library has."""

load("//rules/private/apt:package_info.bzl", "PackageInfo", "package_facts")
load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS")
load("//rules/private/layer:compression.bzl", "FRAGMENT_ATTRS")
load("//rules/private/layer:fragment.bzl", "make_fragment")
load("//rules/private/layer:fragment_info.bzl", "FragmentInfo")

visibility("//...")

def locale_directory(name):
    """The directory of a locale, below /usr/lib/locale.

    Args:
      name: As in `LANG`: `de_DE.UTF-8@euro`.

    Returns:
      Its normalized name: `de_DE.utf8@euro`.
    """
    language, dot, rest = name.partition(".")
    codeset, at, modifier = rest.partition("@")
    normalized = "".join([character for character in codeset.lower().elems() if character.isalnum()])
    return language + dot + normalized + at + modifier

def _locale_impl(ctx):
    package = ctx.attr.package[PackageInfo]
    return [make_fragment(
        ctx,
        name = ctx.label.name,
        verb = "locale-fragment",
        params = [("deb", package.deb), ("package", package_facts(package))] +
                 [("locale", locale_directory(name)) for name in ctx.attr.locales],
        inputs = [package.deb],
        mnemonic = "LocaleFragment",
        progress_message = "Unpacking the locales of %{label}",
    )]

locale = rule(
    implementation = _locale_impl,
    doc = """\
A fragment with compiled locales, for programs that format dates and numbers or sort by language.

```starlark
locale(
    name = "german",
    locales = ["de_DE.UTF-8"],
    package = "@packages//locales-all",
)
```

An image chooses one with `env = {"LANG": "de_DE.UTF-8"}`. `C.UTF-8` needs no such fragment.
""",
    attrs = FRAGMENT_ATTRS | {
        "locales": attr.string_list(mandatory = True, allow_empty = False, doc = "Names, as in `LANG`: `de_DE.UTF-8`."),
        "package": attr.label(mandatory = True, providers = [PackageInfo], doc = "Debian's `locales-all`."),
    },
    provides = [FragmentInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
