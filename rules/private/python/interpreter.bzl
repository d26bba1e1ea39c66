"""Repacks an unpacked Debian Python so that it is small to stage and quick to start."""

load("//rules/private/python:tools.bzl", "InterpreterInfo")

visibility("//...")

def _python_interpreter_impl(ctx):
    version = ctx.attr.version
    root = ctx.label.name
    python = ctx.actions.declare_file("{}/bin/python{}".format(root, version))
    archive = ctx.actions.declare_file("{}/lib/python{}.zip".format(root, version.replace(".", "")))

    # Pairs of what is copied and where to. Libraries lie beside the loader.
    copies = [(ctx.file.program, python)]
    source_loader = None
    loader = None
    for library in ctx.files.libraries:
        copy = ctx.actions.declare_file("{}/lib/{}".format(root, library.basename))
        copies.append((library, copy))
        if library.basename.startswith("ld-linux"):
            source_loader, loader = library, copy
    if not loader:
        fail("{}: no dynamic loader (ld-linux*) among the libraries".format(ctx.label))
    for extension in ctx.files.extensions:
        copies.append((extension, ctx.actions.declare_file("{}/lib/python{}/lib-dynload/{}".format(root, version, extension.basename))))

    arguments = ctx.actions.args()
    arguments.add("--library-path", source_loader.dirname)
    arguments.add_all([ctx.file.program, "-I", "-S", ctx.file._pack, "--archive", archive])
    for source, copy in copies:
        arguments.add_all("--copy", [source, copy])
    arguments.add_all("--modules", ctx.files.standard_library)
    arguments.set_param_file_format("multiline")
    ctx.actions.run(
        executable = source_loader,
        arguments = [arguments],
        inputs = depset([ctx.file._pack], transitive = [
            depset(ctx.files.libraries + ctx.files.extensions + ctx.files.standard_library + [ctx.file.program]),
        ]),
        outputs = [archive] + [copy for _, copy in copies],
        mnemonic = "InterpreterPack",
        progress_message = "Packing the Python interpreter %{label}",
    )
    files = depset([archive] + [copy for _, copy in copies])
    return [
        DefaultInfo(files = files),
        InterpreterInfo(files = files, loader = loader, python = python),
    ]

python_interpreter = rule(
    implementation = _python_interpreter_impl,
    doc = """\
An interpreter with its standard library in one archive of bytecode.

Every file of an interpreter is an input that each sandbox must stage, so the ~700 modules go into
one file, and only the shared objects stay beside it.
""",
    attrs = {
        "extensions": attr.label_list(allow_files = [".so"], doc = "Extension modules of the standard library."),
        "libraries": attr.label_list(allow_files = True, doc = "Shared libraries, the dynamic loader among them."),
        "program": attr.label(mandatory = True, allow_single_file = True, doc = "The interpreter's program."),
        "standard_library": attr.label_list(allow_files = [".py"], doc = "Modules of the standard library."),
        "version": attr.string(mandatory = True, doc = "`major.minor`."),
        "_pack": attr.label(default = Label("//tools/python:pack.py"), allow_single_file = True),
    },
    provides = [InterpreterInfo],
)
