"""The layers of a Java program."""

load("//rules/private:label_name.bzl", "label_name")
load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS")
load("//rules/private/layer:compression.bzl", "LAYER_ATTRS")
load("//rules/private/layer:fragment.bzl", "make_fragment")
load("//rules/private/layer:layer.bzl", "make_layer")
load("//rules/private/layer:layers_info.bzl", "LayersInfo")
load("//rules/private/layer:runfiles.bzl", "runfiles_path")

visibility("//...")

# The file system of the Java runtime's own classes, which is part of the runtime.
_RUNTIME = "jrt-fs.jar"

def _class_path(ctx):
    """The jars of the program, in its order."""
    default = ctx.attr.binary[DefaultInfo]
    given = default.files.to_list()

    # A file has no runfiles.
    found = default.default_runfiles.files.to_list() if default.default_runfiles else []
    jars = {
        file: None
        for file in given + found
        if file.extension == "jar" and file.basename != _RUNTIME
    }.keys()
    if not jars:
        fail("{}: {} has no jar, neither its own nor in its runfiles{}; name a java_binary, a java_library, a java_import or *.jar files".format(
            label_name(ctx.label),
            label_name(ctx.attr.binary.label),
            ": it is " + ", ".join([file.basename for file in given[:3]]) if given else "",
        ))
    return jars

def _kind(file):
    return {"kind": "jar" if file.extension == "jar" else "arguments"}

def _jars_layer(ctx, *, name, created_by, files):
    owner = {"uid": ctx.attr.uid, "gid": ctx.attr.gid}
    fragment = make_fragment(
        ctx,
        name = "{}_/{}".format(ctx.label.name, name),
        verb = "files-fragment",
        params = [("file", {"src": file, "path": path.strip("/")} | owner | _kind(file)) for path, file in files.items()],
        inputs = files.values(),
        mnemonic = "JavaFragment",
        progress_message = "Collecting {} of %{{label}}".format(name),
        origin = "{} ({})".format(label_name(ctx.label), name),
    )
    return make_layer(
        ctx,
        name = "{}_/{}".format(ctx.label.name, name),
        created_by = created_by,
        fragments = [fragment],
    )

def _java_layers_impl(ctx):
    directory = "/" + ctx.attr.directory.strip("/")
    places = {"{}/lib/{}".format(directory, runfiles_path(jar, ctx.workspace_name)): jar for jar in _class_path(ctx)}
    class_path = ctx.actions.declare_file(ctx.label.name + "_/classpath")

    # The syntax of java's argument files: quoted, for paths with spaces.
    ctx.actions.write(class_path, "--class-path\n\"{}\"\n".format(":".join(places.keys())))

    third_party = {path: jar for path, jar in places.items() if jar.owner.workspace_name}
    own = {path: jar for path, jar in places.items() if not jar.owner.workspace_name}
    stack = []
    if third_party:
        stack.append(_jars_layer(ctx, name = "third_party", created_by = "plinth: third-party Java", files = third_party))
    stack.append(_jars_layer(
        ctx,
        name = "application",
        created_by = "plinth: Java application",
        files = own | {directory + "/classpath": class_path},
    ))
    return [
        DefaultInfo(files = depset([layer.blob for layer in stack])),
        LayersInfo(layers = stack),
        OutputGroupInfo(facts = depset([layer.facts for layer in stack])),
    ]

java_layers = rule(
    implementation = _java_layers_impl,
    doc = """\
A Java program in layers without a runtime: jars of other repositories below, its own on top.

An edit of the application moves only its own jars; a single `_deploy.jar` would move all.
The class path is in `/app/classpath`, an argument file: `java @/app/classpath example.Main`.
""",
    attrs = LAYER_ATTRS | {
        "binary": attr.label(
            allow_files = True,
            mandatory = True,
            doc = "The program: a `java_binary`, a `java_library`, a `java_import`, a jar, or a `filegroup` of several. Plinth takes its own jars and those of its runtime class path.",
        ),
        "directory": attr.string(default = "/app", doc = "Where the jars go."),
        "gid": attr.int(doc = "Numeric group of the files."),
        "uid": attr.int(doc = "Numeric owner of the files."),
    },
    provides = [LayersInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
