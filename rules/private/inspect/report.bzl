"""Targets that are reports: for people as text and Markdown, for programs as JSON."""

load("//rules/private/interpreter:tools.bzl", "add_param", "run_tool")

visibility("//...")

_SHOW = """\
#!/bin/sh
case "${1:-}" in
"") exec cat "$0.txt" ;;
--markdown) exec cat "$0.md" ;;
--json) exec cat "$0.json" ;;
*) echo "usage: bazel run TARGET [-- --markdown | --json]" >&2; exit 2 ;;
esac
"""

def make_report(ctx, *, params, inputs, mnemonic, progress_message):
    """Register the action that writes a report, and make the providers of its target.

    Args:
      ctx: The rule context; the rule must have `INSPECT_TOOLS` and be executable.
      params: `Args` made by `action_params`; the verb must write `out_text`, `out_markdown` and
        `out_json`.
      inputs: List or depset of Files.
      mnemonic: Mnemonic of the action.
      progress_message: What Bazel shows while it runs.

    Returns:
      List of providers: `bazel run` prints the report; the output groups `text`, `markdown` and
      `json` have it as a file.
    """
    show = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.write(show, _SHOW, is_executable = True)
    outputs = {
        "json": ctx.actions.declare_file(ctx.label.name + ".json"),
        "markdown": ctx.actions.declare_file(ctx.label.name + ".md"),
        "text": ctx.actions.declare_file(ctx.label.name + ".txt"),
    }
    for key, file in outputs.items():
        add_param(params, "out_" + key, file)
    run_tool(
        ctx,
        params = params,
        inputs = inputs,
        outputs = outputs.values(),
        mnemonic = mnemonic,
        progress_message = progress_message,
    )
    return [
        DefaultInfo(
            executable = show,
            files = depset([outputs["text"]]),
            runfiles = ctx.runfiles(files = outputs.values()),
        ),
        OutputGroupInfo(**{key: depset([file]) for key, file in outputs.items()}),
    ]
