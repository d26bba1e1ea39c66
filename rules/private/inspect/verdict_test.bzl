"""Tests whose verdict an action finds, from facts."""

load("//rules/private/interpreter:tools.bzl", "add_param", "run_tool")

visibility("//...")

def make_verdict_test(ctx, *, params, inputs, mnemonic, progress_message):
    """Register the action of a test rule, and make its providers.

    The test itself only prints the action's result, and exits with its status. So it runs on every
    machine, for every architecture of the image.

    Args:
      ctx: The rule context; the rule must have `INSPECT_TOOLS` and be a test.
      params: `Args` made by `action_params`; the verb must write `out_test` and `out_report`.
      inputs: List or depset of Files.
      mnemonic: Mnemonic of the action.
      progress_message: What Bazel shows while it runs.

    Returns:
      List of providers.
    """
    test = ctx.actions.declare_file(ctx.label.name)
    report = ctx.actions.declare_file(ctx.label.name + ".json")
    add_param(params, "out_test", test)
    add_param(params, "out_report", report)
    run_tool(
        ctx,
        params = params,
        inputs = inputs,
        outputs = [test, report],
        mnemonic = mnemonic,
        progress_message = progress_message,
    )
    return [
        DefaultInfo(executable = test),
        OutputGroupInfo(report = depset([report])),
    ]
