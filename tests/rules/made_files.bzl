"""Rules whose outputs the tests put into layers."""

def _tree_impl(ctx):
    directory = ctx.actions.declare_directory(ctx.label.name)
    ctx.actions.run_shell(
        outputs = [directory],
        command = "mkdir $1/below && echo one > $1/one && echo two > $1/below/two",
        arguments = [directory.path],
    )
    return [DefaultInfo(files = depset([directory]))]

tree = rule(
    implementation = _tree_impl,
    doc = "A directory with the files `one` and `below/two`.",
)

def _program_impl(ctx):
    script = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.write(script, "#!/bin/sh\n", is_executable = True)
    runfiles = ctx.runfiles(
        files = ctx.files.data,
        root_symlinks = {"at/the/root": ctx.files.data[0]},
        symlinks = {"a/link": ctx.files.data[0]},
    )
    return [DefaultInfo(executable = script, runfiles = runfiles)]

program = rule(
    implementation = _program_impl,
    doc = "A program that finds `data` at run time, once more below two links.",
    attrs = {"data": attr.label_list(allow_files = True, doc = "Files to find.")},
    executable = True,
)
