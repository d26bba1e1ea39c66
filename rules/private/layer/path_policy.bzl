"""Which files of a package an image gets."""

load("//rules/private:renamed.bzl", "refuse_renamed")

visibility("//...")

PathPolicyInfo = provider(
    doc = "Which paths of packages are left out, and which are moved.",
    fields = {
        "rules": "List of policies for the tools: `default`, or a dict with `omit`, `keep` and `divert`.",
    },
)

def _path_policy_impl(ctx):
    refuse_renamed(ctx, {"drop": "omit"})
    rules = ["default"] if ctx.attr.extend_default else []
    if ctx.attr.omit or ctx.attr.keep:
        rules.append({"keep": ctx.attr.keep, "omit": ctx.attr.omit})
    if ctx.attr.divert:
        rules.append({"divert": {path.strip("/"): to.strip("/") for path, to in ctx.attr.divert.items()}})
    return [PathPolicyInfo(rules = rules or [{}])]

path_policy = rule(
    implementation = _path_policy_impl,
    doc = """\
Decides which files of Debian packages an image gets.

The default omits what no program reads in a container: manual pages, info pages, translations,
lintian overrides, and documentation except the copyright files.

```starlark
path_policy(
    name = "no_gconv",
    omit = ["usr/lib/*/gconv/**"],
)
```
""",
    attrs = {
        "divert": attr.string_dict(doc = "Single files to move, path to path, as dpkg-divert(1) does. `omit` and `keep` see the new paths."),
        "drop": attr.string_list(doc = "Renamed to `omit`."),
        "extend_default": attr.bool(default = True, doc = "Whether the default policy applies first."),
        "keep": attr.string_list(doc = "Globs of paths to keep although another rule omits them."),
        "omit": attr.string_list(doc = "Globs of paths to leave out: `*` within a name, `**` across directories."),
    },
    provides = [PathPolicyInfo],
)
