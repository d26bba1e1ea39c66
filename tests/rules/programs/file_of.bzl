"""A file that no rule speaks for, as what was built elsewhere is."""

def _file_of_impl(ctx):
    ctx.actions.symlink(
        output = ctx.outputs.out,
        progress_message = "Naming %{output}",
        target_file = ctx.file.src,
    )

file_of = rule(
    implementation = _file_of_impl,
    doc = "Gives the file of another target a label of its own, without what it finds at run time.",
    attrs = {
        "out": attr.output(mandatory = True, doc = "The file's label."),
        "src": attr.label(allow_single_file = True, mandatory = True, doc = "The target."),
    },
)
