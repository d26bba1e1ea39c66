"""Makes fragments: the action that every kind of them shares."""

load("//rules/private/layer:fragment_info.bzl", "FragmentInfo")
load("//rules/private/python:toolchain.bzl", "action_params", "add_param", "run_action_tool")

def make_fragment(ctx, *, name, verb, params, inputs, mnemonic, progress_message, origin = None, map_params = []):
    """Register the action that makes a fragment.

    Args:
      ctx: The rule context; the rule must ask for `TOOLCHAIN_TYPE`.
      name: Name of the output files without extension.
      verb: Verb of the action tools: `files-fragment`, …
      params: List of (key, value).
      inputs: List or depset of Files.
      mnemonic: Mnemonic of the action.
      progress_message: What Bazel shows while it runs.
      origin: Who brought the files, for error messages; the target's label if not given.
      map_params: List of (depset, function to one or more lines), expanded when the action runs.

    Returns:
      `FragmentInfo`.
    """
    fragment = FragmentInfo(
        facts = ctx.actions.declare_file(name + ".fragment.json"),
        segment = ctx.actions.declare_file(name + ".segment"),
    )
    args = action_params(ctx, verb)
    for key, value in params:
        add_param(args, key, value)
    for values, map_each in map_params:
        args.add_all(values, map_each = map_each)
    add_param(args, "origin", origin or str(ctx.label))
    add_param(args, "out_segment", fragment.segment)
    add_param(args, "out_facts", fragment.facts)
    run_action_tool(
        ctx,
        params = args,
        inputs = inputs,
        outputs = [fragment.segment, fragment.facts],
        mnemonic = mnemonic,
        progress_message = progress_message,
    )
    return fragment
