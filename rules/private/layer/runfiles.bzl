"""Programs of the build and the files that they find at run time."""

load("//rules/private:label_name.bzl", "label_name")

visibility("//...")

def runfiles_path(file, main_repository):
    """Return the path of a file in the runfiles.

    Args:
      file: File.
      main_repository: Name of the main repository: `ctx.workspace_name`.

    Returns:
      Path, relative to the runfiles: the name of a repository, and the path in it.
    """
    path = file.short_path
    return path.removeprefix("../") if path.startswith("../") else main_repository + "/" + path

def program_params(ctx, target, path, more, kind = {}):
    """Return the parameters that place a program at `path`, and its runfiles next to it.

    Args:
      ctx: The rule context.
      target: An executable target, or a file that is a program.
      path: Path of the program in the image, relative.
      more: Dict of what every entry has: owner and mode.
      kind: Dict of what the program must be; see `tools/layer/files_fragment.py`.

    Returns:
      Struct: `params`, `map_params` and `inputs` for `make_fragment`.
    """
    default = target[DefaultInfo]
    program = default.files_to_run.executable if default.files_to_run else None
    files = default.files.to_list()
    if not program and kind and len(files) == 1:
        program = files[0]
    if not program:
        fail("{}: {} is not a program, but {}; name a program of a `*_binary`, or one file".format(
            label_name(ctx.label),
            label_name(target.label),
            "{} files".format(len(files)) if files else "nothing",
        ))
    root = path + ".runfiles/"
    main = ctx.workspace_name

    def place(file):
        return root + runfiles_path(file, main)

    def line(file):
        if file == program:
            # It is in the image once; a link in its runfiles points to it.
            return json.encode({"symlink": {"path": place(file), "target": "/" + path}})
        return json.encode({"tree" if file.is_directory else "file": {"src": file.path, "path": place(file)} | more})

    def link(prefix):
        def link_line(entry):
            key = "tree" if entry.target_file.is_directory else "file"
            return json.encode({key: {"src": entry.target_file.path, "path": root + prefix + entry.path} | more})

        return link_line

    params = [("file", {"src": program, "path": path} | more | kind)]
    runfiles = default.default_runfiles
    if not runfiles:
        # A source file, or one that a rule made.
        return struct(inputs = depset([program]), map_params = [], params = params)
    links = runfiles.symlinks.to_list() + runfiles.root_symlinks.to_list()
    if not links and not [file for file in runfiles.files.to_list() if file != program]:
        # It has no runfiles, so it needs no directory.
        return struct(inputs = depset([program]), map_params = [], params = params)
    inputs = [program] + [link.target_file for link in links]

    # Only for programs that were built with it; libraries that look up runfiles read it.
    mapping = default.files_to_run.repo_mapping_manifest
    if mapping:
        params.append(("file", {"src": mapping, "path": root + "_repo_mapping"} | more))
        inputs.append(mapping)
    return struct(
        inputs = depset(inputs, transitive = [runfiles.files]),
        map_params = [
            (runfiles.files, line),
            (runfiles.symlinks, link(main + "/")),
            (runfiles.root_symlinks, link("")),
        ],
        params = params,
    )
