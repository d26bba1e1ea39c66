"""The test that everything an image's programs need is in it."""

load("//rules/private/inspect:image_facts.bzl", "IMAGE_PROVIDERS", "add_images")
load("//rules/private/inspect:verdict_test.bzl", "make_verdict_test")
load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS", "INSPECT_TOOLS", "action_params", "add_param")
load("//rules/private/oci:oci_image_aspect.bzl", "IMAGE_ASPECTS")

visibility("//...")

def _closure_test_impl(ctx):
    params = action_params(ctx, "closure")
    inputs = add_images(params, ctx.attr.image)
    for path, reason in ctx.attr.allow.items():
        add_param(params, "allow", {"path": path, "reason": reason})
    for program in ctx.attr.programs:
        add_param(params, "programs", program)
    return make_verdict_test(
        ctx,
        params = params,
        inputs = inputs,
        mnemonic = "ClosureTest",
        progress_message = "Checking the closure of %{label}",
    )

closure_test = rule(
    implementation = _closure_test_impl,
    doc = """\
A test that everything the programs of an image need is in it, for its architecture.

It checks that:

- every ELF object finds its loader, its libraries and their symbol versions, as the dynamic loader does;
- every script that may be started has its interpreter;
- no symbolic link dangles, and no file is for another architecture;
- the entrypoint exists: the program, and the script, module, jar or class that it runs with Python,
  Node.js or Java;
- the modules that your sources import in Python, or load in JavaScript, are there.

A finding that need not be wrong, such as a packaged script that nothing starts, is a note, which fails no test.

```starlark
closure_test(
    name = "image_closure_test",
    image = ":image",
    allow = {"opt/app/plugins/*.so": "the optional GPU plug-ins, which the program looks for itself"},
)
```

It reads only facts, so it takes milliseconds, and needs no emulator for other architectures.
""",
    attrs = INSPECT_TOOLS | {
        "allow": attr.string_dict(doc = "Accepted problems: path or glob to the reason. An entry that matches nothing is an error."),
        "programs": attr.string_list(doc = "Programs that must run, in addition to the entrypoint: names on PATH, or paths. What only other programs lack is then a note. By default, every program must run."),
        "image": attr.label(mandatory = True, aspects = IMAGE_ASPECTS, providers = IMAGE_PROVIDERS, doc = "An `image` or `image_index`."),
    },
    test = True,
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
