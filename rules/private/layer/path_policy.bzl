"""Which files of a package an image gets."""

PathPolicyInfo = provider(
    doc = "Which paths are dropped from packages.",
    fields = {
        "rules": "List of what the tools take as policies: `default`, or a dict with `drop` and `keep`.",
    },
)

def _path_policy_impl(ctx):
    rules = ["default"] if ctx.attr.extend_default else []
    if ctx.attr.drop or ctx.attr.keep:
        rules.append({"drop": ctx.attr.drop, "keep": ctx.attr.keep})
    return [PathPolicyInfo(rules = rules or [{}])]

path_policy = rule(
    implementation = _path_policy_impl,
    doc = """\
Decides which files of Debian packages an image gets.

The default drops what nothing reads in a container: manual pages, info pages, translations, lintian
overrides, and documentation but for the copyright files.

```starlark
path_policy(
    name = "no_gconv",
    drop = ["usr/lib/*/gconv/**"],
)
```
""",
    attrs = {
        "drop": attr.string_list(doc = "Globs of paths to leave out: `*` within a name, `**` across directories."),
        "extend_default": attr.bool(default = True, doc = "Whether the default policy applies first."),
        "keep": attr.string_list(doc = "Globs of paths to keep although something drops them."),
    },
    provides = [PathPolicyInfo],
)
