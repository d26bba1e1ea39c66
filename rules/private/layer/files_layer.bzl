"""A layer of files of the build."""

load("//rules/private:label_name.bzl", "label_name")
load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS")
load("//rules/private/layer:compression.bzl", "LAYER_ATTRS")
load("//rules/private/layer:fragment.bzl", "make_fragment")
load("//rules/private/layer:fragment_info.bzl", "FragmentInfo")
load("//rules/private/layer:layer.bzl", "layer_providers", "make_layer")
load("//rules/private/layer:layer_info.bzl", "LayerInfo")
load("//rules/private/layer:layers_info.bzl", "BASE_PROVIDERS", "layers_below")
load("//rules/private/layer:runfiles.bzl", "program_params")
load("//rules/private/oci:oci_image_aspect.bzl", "IMAGE_ASPECTS")

visibility("//...")

def _in_image(path):
    return path.strip("/")

def _destination(ctx, file):
    """Path in the image of a file of `srcs`."""
    path = file.short_path
    if path.startswith("../"):
        path = path.split("/", 2)[2]
    prefix = ctx.attr.strip_prefix or "."
    if prefix == ".":
        prefix = ctx.label.package
    prefix = prefix.strip("/")
    if prefix:
        if path.startswith(prefix + "/"):
            path = path.removeprefix(prefix + "/")
        elif ctx.attr.strip_prefix:
            fail("{}: '{}' is not below strip_prefix '{}'. Name a directory that all of srcs are below, \"/\" to keep whole paths, or place files one by one with `files`".format(label_name(ctx.label), path, prefix))
    return _in_image(ctx.attr.directory + "/" + path)

def _files_layer_impl(ctx):
    owner = {"uid": ctx.attr.uid, "gid": ctx.attr.gid}
    mode = {"mode": ctx.attr.mode} if ctx.attr.mode else {}
    params = []

    def entry(file, path):
        key = "tree" if file.is_directory else "file"
        return (key, {"src": file, "path": path} | owner | mode)

    inputs = list(ctx.files.srcs)
    for file in ctx.files.srcs:
        params.append(entry(file, _destination(ctx, file)))
    for target, path in ctx.attr.files.items():
        files = target[DefaultInfo].files.to_list()
        inputs += files
        if len(files) != 1:
            fail("{}: {} has {} files; `files` takes one file for each entry, `srcs` takes any number".format(label_name(ctx.label), label_name(target.label), len(files)))
        params.append(entry(files[0], _in_image(path)))
    params += [("symlink", {"path": _in_image(path), "target": target}) for path, target in ctx.attr.symlinks.items()]
    params += [("directory", {"path": _in_image(path), "mode": mode} | owner) for path, mode in ctx.attr.directories.items()]
    map_params = []
    transitive = []
    for target, path in ctx.attr.programs.items():
        program = program_params(ctx, target, _in_image(path), owner | mode)
        params += program.params
        map_params += program.map_params
        transitive.append(program.inputs)
    fragment = make_fragment(
        ctx,
        name = ctx.label.name,
        verb = "files-fragment",
        params = params,
        map_params = map_params,
        inputs = depset(inputs, transitive = transitive),
        mnemonic = "FilesFragment",
        progress_message = "Collecting the files of %{label}",
    )
    made = make_layer(
        ctx,
        name = ctx.label.name,
        below = layers_below(ctx.attr.base),
        created_by = "plinth: files",
        fragments = [fragment],
    )
    return layer_providers(made) + [fragment]

files_layer = rule(
    implementation = _files_layer_impl,
    doc = """\
A layer of files of the build.

```starlark
files_layer(
    name = "app",
    srcs = glob(["app/**/*.py"]),
    directory = "/opt",
)
```

In every package, `app/main.py` goes to `/opt/app/main.py`: paths are relative to the package of the
target. Files of other packages keep their whole path, unless `strip_prefix` says otherwise.

Modes do not come from the host: scripts (`#!`) and ELF programs get 0755, everything else 0644,
unless `mode` says otherwise. The target is a fragment as well, which `layer` combines with others.
""",
    attrs = LAYER_ATTRS | {
        "base": attr.label_list(
            aspects = IMAGE_ASPECTS,
            providers = BASE_PROVIDERS,
            doc = "The layers or the image below. Their directories, such as a home, keep their modes and owners.",
        ),
        "directories": attr.string_dict(doc = "Directories to make: path to mode, such as `{\"/var/cache/app\": \"0750\"}`."),
        "directory": attr.string(default = "/", doc = "Where `srcs` go."),
        "files": attr.label_keyed_string_dict(allow_files = True, doc = "Single files, and where they go."),
        "gid": attr.int(doc = "Numeric group of files and directories."),
        "mode": attr.string(doc = "Mode of all files, in octal."),
        "programs": attr.label_keyed_string_dict(
            doc = "Programs (`cc_binary`, `py_binary`, …), and where they go. What they find at run time is next to them, in `NAME.runfiles`.",
        ),
        "srcs": attr.label_list(allow_files = True, doc = "Files and directories, placed by their paths below the package of this target; those of other packages by their paths in the workspace."),
        "strip_prefix": attr.string(doc = "The prefix to remove from the paths of `srcs` in the workspace: a directory, `.` for the package of this target, `/` for none. A path without it is an error. Unset, the package is removed where a path has it."),
        "symlinks": attr.string_dict(doc = "Symbolic links to make: path to target."),
        "uid": attr.int(doc = "Numeric owner of files and directories."),
    },
    provides = [FragmentInfo, LayerInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
