"""Files that the build writes."""

def _generated_file_impl(ctx):
    ctx.actions.write(ctx.outputs.out, ctx.attr.text)
    return [DefaultInfo(files = depset([ctx.outputs.out]))]

generated_file = rule(
    implementation = _generated_file_impl,
    doc = "Writes a file.",
    attrs = {
        "out": attr.output(mandatory = True, doc = "Its name."),
        "text": attr.string(doc = "What it holds."),
    },
)
