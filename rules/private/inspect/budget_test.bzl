"""The test that an image stays within limits."""

load("//rules/private:label_name.bzl", "label_name")
load("//rules/private/inspect:image_facts.bzl", "IMAGE_PROVIDERS", "add_images")
load("//rules/private/inspect:verdict_test.bzl", "make_verdict_test")
load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS", "INSPECT_TOOLS", "action_params", "add_param")
load("//rules/private/oci:oci_image_aspect.bzl", "IMAGE_ASPECTS")

visibility("//...")

_SIZES = ("compressed", "uncompressed")
_COUNTS = {
    "executables": "executable",
    "files": "files",
    "layers": "layers",
    "packages": "packages",
}

def _budget_test_impl(ctx):
    limits = {key: getattr(ctx.attr, "max_" + key) for key in _SIZES if getattr(ctx.attr, "max_" + key)}
    limits.update({
        key: getattr(ctx.attr, "max_" + name)
        for name, key in _COUNTS.items()
        if getattr(ctx.attr, "max_" + name) >= 0
    })
    if not limits and not ctx.attr.forbid:
        fail("{}: a budget without limits; set max_compressed, forbid, …".format(label_name(ctx.label)))
    params = action_params(ctx, "budget")
    inputs = add_images(params, ctx.attr.image)
    if limits:
        add_param(params, "max", limits)
    for key in ctx.attr.forbid:
        add_param(params, "forbid", key)
    for path, reason in ctx.attr.allow.items():
        add_param(params, "allow", {"path": path, "reason": reason})
    return make_verdict_test(
        ctx,
        params = params,
        inputs = inputs,
        mnemonic = "BudgetTest",
        progress_message = "Checking the budget of %{label}",
    )

budget_test = rule(
    implementation = _budget_test_impl,
    doc = """\
A test that an image stays small, and has nothing that you forbid.

```starlark
budget_test(
    name = "image_budget_test",
    image = ":image",
    forbid = ["shell", "setuid", "package-manager", "root-user"],
    max_compressed = "12MB",
    max_packages = 30,
)
```

You can forbid:

- programs: `shell`, `interpreter`, `package-manager`, `network-tool`, `dangerous` (`nc`, `curl`, `perl`, …),
  `executable`;
- rights of files: `setuid`, `setgid`, `capability`, `world-writable`, `root-writable` (owned by root, but
  others may write), `user-writable` (the image's own user may write);
- users: `login` (users whose shell is in the image), `root-user` (the image runs as root);
- ports: `port`.

`image_surface` lists what an image has of each.
""",
    attrs = INSPECT_TOOLS | {
        "allow": attr.string_dict(doc = "Exceptions to `forbid`: path or glob to the reason. One that matches nothing is an error."),
        "forbid": attr.string_list(doc = "Categories that must be empty on every platform."),
        "image": attr.label(mandatory = True, aspects = IMAGE_ASPECTS, providers = IMAGE_PROVIDERS, doc = "An `image` or `image_index`. Each image of an index must stay within the budget."),
        "max_compressed": attr.string(doc = "The largest size of the compressed layers: `12MB` (million bytes), `12MiB`, or bytes."),
        "max_executables": attr.int(default = -1, doc = "The largest number of programs: ELF programs and scripts that may be executed."),
        "max_files": attr.int(default = -1, doc = "The largest number of files."),
        "max_layers": attr.int(default = -1, doc = "The largest number of layers."),
        "max_packages": attr.int(default = -1, doc = "The largest number of Debian packages."),
        "max_uncompressed": attr.string(doc = "The largest size of all files, unpacked: `40MB`, `40MiB`, or bytes."),
    },
    test = True,
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
