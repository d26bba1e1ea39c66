"""The layers of a Python program."""

load("//rules/private:label_name.bzl", "label_name")
load("//rules/private:target_architecture.bzl", "TARGET_ARCHITECTURE", "target_architecture")
load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS")
load("//rules/private/language/python:extension_modules.bzl", "foreign_extension_module")
load("//rules/private/language/python:launcher.bzl", "import_directories", "launcher_text")
load("//rules/private/language/python:parts.bzl", "plan_parts", "split_runfiles")
load("//rules/private/language/python:python_program_aspect.bzl", "python_program_aspect")
load("//rules/private/language/python:python_program_info.bzl", "PythonProgramInfo")
load("//rules/private/layer:compression.bzl", "LAYER_ATTRS")
load("//rules/private/layer:fragment.bzl", "make_fragment")
load("//rules/private/layer:layer.bzl", "make_layer")
load("//rules/private/layer:layers_info.bzl", "LayersInfo")
load("//rules/private/layer:path_policy.bzl", "PathPolicyInfo")
load("//rules/private/layer:runfiles.bzl", "runfiles_path")

visibility("//...")

def _part_fragment(ctx, *, name, part, root, params = [], inputs = []):
    main = ctx.workspace_name
    owner = {"uid": ctx.attr.uid, "gid": ctx.attr.gid}

    def place(file, path):
        key = "tree" if file.is_directory else "file"
        return json.encode({key: {"src": file.path, "path": root + path} | owner})

    def file_line(file):
        return place(file, runfiles_path(file, main))

    def link_line(link):
        return place(link.file, link.path)

    policy = ctx.attr.path_policy[PathPolicyInfo].rules if ctx.attr.path_policy else []
    return make_fragment(
        ctx,
        name = "{}_/{}".format(ctx.label.name, name),
        verb = "files-fragment",
        params = [("policy", rule) for rule in policy] + [(key, value | owner) for key, value in params],
        map_params = [(part.files, file_line), (part.links, link_line)],
        inputs = inputs + part.files + [link.file for link in part.links],
        mnemonic = "PythonFragment",
        progress_message = "Collecting {} of %{{label}}".format(name),
        origin = "{} ({})".format(label_name(ctx.label), name),
    )

def _launcher(ctx, program, parts):
    name = ctx.attr.binary.label.name
    if not (program.main or program.main_module or ctx.attr.module):
        fail("{}: {} has no main file; name the module to start: module = \"…\"".format(label_name(ctx.label), label_name(ctx.attr.binary.label)))
    launcher = ctx.actions.declare_file(ctx.label.name + "_/launcher.py")
    main = ctx.workspace_name
    ctx.actions.write(launcher, launcher_text(
        imports = import_directories(
            program.imports.to_list(),
            parts.third_party.keys(),
            main,
        ),
        interpreter = ctx.attr.interpreter,
        main = runfiles_path(program.main, main) if program.main else None,
        module = ctx.attr.module or program.main_module,
        root = "/" + ctx.attr.directory.strip("/"),
    ), is_executable = True)
    return launcher, name

def _python_layers_impl(ctx):
    if ctx.attr.budget < 2:
        fail("{}: a budget of {} layers; set it to 2 or more, because one is the application's".format(label_name(ctx.label), ctx.attr.budget))
    program = ctx.attr.binary[PythonProgramInfo]
    root = ctx.attr.directory.strip("/")
    root = root + "/" if root else ""
    parts = split_runfiles(program.runfiles, ctx.workspace_name)
    if ctx.attr.python:
        architecture = target_architecture(ctx).debian
        foreign = foreign_extension_module(
            [file.short_path for part in parts.third_party.values() + [parts.application] for file in part.files],
            ctx.attr.python,
            architecture,
        )
        if foreign:
            fail("{}: {} does not run on Python {} on {}, which the image has. Build it for that Python and platform, or set `python` to the image's version.".format(
                label_name(ctx.label),
                foreign,
                ctx.attr.python,
                architecture,
            ))

    launcher, name = _launcher(ctx, program, parts)
    own = [("file", {"src": launcher, "path": root + name, "mode": "0755"})]
    inputs = [launcher]
    mapping = ctx.attr.binary[DefaultInfo].files_to_run.repo_mapping_manifest
    if mapping:
        own.append(("file", {"src": mapping, "path": root + "_repo_mapping"}))
        inputs.append(mapping)

    stack = [
        make_layer(
            ctx,
            name = "{}_/third_party_{}".format(ctx.label.name, number),
            created_by = "plinth: third-party Python",
            fragments = [
                _part_fragment(ctx, name = repository, part = parts.third_party[repository], root = root)
                for repository in repositories
            ],
        )
        for number, repositories in enumerate(plan_parts(parts.third_party, ctx.attr.budget - 1))
    ]
    stack.append(make_layer(
        ctx,
        name = ctx.label.name + "_/application",
        created_by = "plinth: Python application",
        fragments = [_part_fragment(ctx, name = "application", part = parts.application, root = root, params = own, inputs = inputs)],
    ))
    return [
        DefaultInfo(files = depset([layer.blob for layer in stack])),
        LayersInfo(layers = stack),
        OutputGroupInfo(facts = depset([layer.facts for layer in stack])),
    ]

python_layers = rule(
    implementation = _python_layers_impl,
    doc = """\
A Python program in layers without an interpreter: third-party code below, the application on top.

An edit of the application moves only its layer. The image has Python.

```starlark
python_layers(
    name = "server_layers",
    binary = ":server",  # a py_binary
)

image(
    name = "image",
    base = "@rules_plinth//base/python3:debian13_nonroot",
    layers = [":server_layers"],
    entrypoint = ["/app/server"],
)
```

`/app` holds the program's runfiles, and `/app/server` starts it as `bazel run` would: with what
its targets name as `imports` on the path and with `RUNFILES_DIR` set. Programs with equal
dependencies have an equal layer of them.
""",
    attrs = LAYER_ATTRS | TARGET_ARCHITECTURE | {
        "binary": attr.label(
            mandatory = True,
            aspects = [python_program_aspect],
            doc = "A `py_binary`, or a `py_library` together with `module`; of rules_python, or of any rule that provides its `PyInfo`.",
        ),
        "budget": attr.int(
            default = 2,
            doc = "The largest number of layers. One is the application's. Files of other repositories and of directories named `site-packages` share the others: a repository with many files gets its own layer, and the rest share one.",
        ),
        "directory": attr.string(
            default = "/app",
            doc = "Where the runfiles go. The file that starts the program is there under the name of `binary`.",
        ),
        "gid": attr.int(doc = "Numeric group of the files."),
        "interpreter": attr.string(default = "/usr/bin/python3", doc = "Path of Python in the image."),
        "module": attr.string(doc = "The module to start, as after `python -m`. By default, the program's main file starts."),
        "path_policy": attr.label(
            providers = [PathPolicyInfo],
            doc = "Which files to leave out. It sees paths in the image.",
        ),
        "python": attr.string(
            default = "3.13",
            doc = "Version of Python in the image. Extension modules for another version, or for another architecture than the target platform's, are an error. If empty, nothing is checked.",
        ),
        "uid": attr.int(doc = "Numeric owner of the files."),
    },
    provides = [LayersInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
