"""The rules that look up known vulnerabilities."""

load("//rules/private:label_name.bzl", "label_name")
load("//rules/private/advisory:advisories_info.bzl", "AdvisoriesInfo")
load("//rules/private/advisory:advisory_database.bzl", "AdvisoryDatabaseInfo")
load("//rules/private/inspect:image_facts.bzl", "IMAGE_PROVIDERS")
load("//rules/private/interpreter:program.bzl", "bytecode_of", "make_program")
load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS", "INTERPRETER", "ToolsInfo", "action_params", "add_params", "run_tool")
load("//rules/private/oci:oci_image_aspect.bzl", "IMAGE_ASPECTS")
load("//rules/private/pypi:wheel_info.bzl", "WheelInfo")
load("//rules/private/sbom:subject.bzl", "add_subject")

visibility("//...")

_ATTRS = INTERPRETER | {
    "as_of": attr.string(doc = "The day for which expiry dates of `statements` are checked, `YYYY-MM-DD`. The default is the day of the latest database."),
    "databases": attr.label_list(mandatory = True, providers = [AdvisoryDatabaseInfo], doc = "`advisory_database` targets, or repositories of the `advisory_databases` extension. If two have the same vulnerability, the first one counts."),
    "image": attr.label(aspects = IMAGE_ASPECTS, providers = IMAGE_PROVIDERS, doc = "An `image` or `image_index`: its Debian packages, wheels and Node.js modules are looked up."),
    "lock": attr.label(allow_single_file = [".json"], doc = "A lock file instead: all of its packages are looked up."),
    "severity": attr.string(
        default = "low",
        values = ["unimportant", "low", "unknown", "medium", "high", "critical"],
        doc = "The lowest severity that counts. `unknown`, which has no rating yet, is between `low` and `medium`.",
    ),
    "statements": attr.label_list(allow_files = [".json"], doc = "OpenVEX documents: which vulnerabilities do not matter here, why, and until when."),
    "states": attr.string_list(
        default = ["fixed", "open", "end-of-life"],
        doc = "What counts: `fixed` (a newer version is the cure), `open` (there is none yet), `no-dsa` (Debian's security team plans no advisory, ignores or postpones it), `end-of-life`, `undetermined`.",
    ),
    "_show": attr.label(default = Label("//tools:advisory_room"), cfg = "exec"),
    "_tools": attr.label(default = Label("//tools/python:advisory_tools"), cfg = "exec", providers = [ToolsInfo]),
    "_wheels": attr.label_list(
        default = [Label("@plinth_wheels//cvss"), Label("@plinth_wheels//packaging")],
        cfg = "exec",
        providers = [WheelInfo],
    ),
}

def _look_up(ctx, test = None):
    if bool(ctx.attr.image) == bool(ctx.attr.lock):
        fail("{}: give either an image or a lock".format(label_name(ctx.label)))
    databases = [target[AdvisoryDatabaseInfo] for target in ctx.attr.databases]
    outputs = {
        key: ctx.actions.declare_file("{}.{}".format(ctx.label.name, ending))
        for key, ending in {"out_json": "findings.json", "out_sarif": "sarif", "out_text": "txt"}.items()
    }
    if test:
        outputs["out_test"] = test
    params = action_params(ctx, "advisories")
    if ctx.attr.image:
        inputs = add_subject(params, ctx.attr.image)
    else:
        add_params(params, [("name", label_name(ctx.attr.lock.label)), ("lock", ctx.file.lock)])
        inputs = [ctx.file.lock]
    files = [file for database in databases for file in database.files]
    add_params(
        params,
        [("database", file) for file in files] +
        [("statement", file) for file in ctx.files.statements] +
        [("state", state) for state in ctx.attr.states] +
        [
            ("as_of", ctx.attr.as_of or max([database.as_of for database in databases])),
            ("severity", ctx.attr.severity),
        ] + outputs.items(),
    )
    run_tool(
        ctx,
        inputs = inputs + files + ctx.files.statements,
        mnemonic = "Advisories",
        outputs = outputs.values(),
        params = params,
        progress_message = "Looking up vulnerabilities for %{label}",
        wheels = [target[WheelInfo] for target in ctx.attr._wheels],
    )
    return outputs

def _advisories_impl(ctx):
    outputs = _look_up(ctx)
    program = make_program(
        ctx,
        bytecode = bytecode_of([ctx.attr._show]),
        argument_files = [outputs["out_json"], outputs["out_text"]],
        module = "tools.advisory.show",
        srcs = ctx.files._show,
        wheels = [target[WheelInfo] for target in ctx.attr._wheels],
    )
    return [
        AdvisoriesInfo(findings = outputs["out_json"]),
        DefaultInfo(
            executable = program.executable,
            files = depset([program.executable] + outputs.values()),
            runfiles = program.runfiles,
        ),
        OutputGroupInfo(json = depset([outputs["out_json"]]), sarif = depset([outputs["out_sarif"]])),
    ]

advisories = rule(
    implementation = _advisories_impl,
    doc = """\
The known vulnerabilities of an image or a lock, from a pinned database.

```starlark
advisories(
    name = "image.advisories",
    databases = ["@debian_tracker"],
    image = ":image",
)
```

Building it makes `….txt`, `….findings.json` and `….sarif`. `bazel run //app:image.advisories` prints
them; `… -- --diff NEW.lock.json` lists what an update would fix.
""",
    attrs = _ATTRS,
    executable = True,
    provides = [AdvisoriesInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)

def _advisory_test_impl(ctx):
    test = ctx.actions.declare_file(ctx.label.name)
    outputs = _look_up(ctx, test)
    return [
        AdvisoriesInfo(findings = outputs["out_json"]),
        DefaultInfo(executable = test),
        OutputGroupInfo(json = depset([outputs["out_json"]]), sarif = depset([outputs["out_sarif"]])),
    ]

advisory_test = rule(
    implementation = _advisory_test_impl,
    doc = """\
A test that an image or a lock has no known vulnerability that counts.

```starlark
advisory_test(
    name = "advisory_test",
    databases = ["@debian_tracker"],
    image = ":image",
    severity = "medium",
    statements = ["vex.json"],
)
```

The database is a pinned file, so the result changes only when you move the pin.
`--output_groups=sarif` has the findings for services that show them.
""",
    attrs = _ATTRS,
    provides = [AdvisoriesInfo],
    test = True,
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
