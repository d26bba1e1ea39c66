"""Makes fragments: the actions that all kinds share."""

load("//rules/private:label_name.bzl", "label_name")
load("//rules/private/interpreter:tools.bzl", "action_params", "add_params", "run_tool")
load("//rules/private/layer:compression.bzl", "FORMATS", "compression_param")
load("//rules/private/layer:fragment_info.bzl", "FragmentInfo")

visibility("//...")

def make_fragment(ctx, *, name, verb, params, inputs, mnemonic, progress_message, origin = None, map_params = [], formats = FORMATS, packages = []):
    """Register the actions that make a fragment, one for each compression format.

    Args:
      ctx: The rule context; the rule must have `FRAGMENT_ATTRS`.
      name: Name of the output files without extension.
      verb: Verb of the action tools: `files-fragment`, …
      params: List of (key, value).
      inputs: List or depset of Files.
      mnemonic: Mnemonic of the actions.
      progress_message: What Bazel shows while it runs.
      origin: The origin of the files, for error messages; the target's label if not given.
      map_params: List of (depset, function to one or more lines), expanded when the action runs.
      formats: The formats that layers may use.
      packages: List of `PackageInfo` of the fragment.

    Returns:
      `FragmentInfo`.
    """
    facts, segments = {}, {}
    for format in formats:
        stem = "{}.{}".format(name, format.replace(":", "_"))
        facts[format] = ctx.actions.declare_file(stem + ".json")
        segments[format] = ctx.actions.declare_file(stem + ".segment")
    for format in formats:
        args = action_params(ctx, verb)
        add_params(args, params + [
            ("origin", origin or label_name(ctx.label)),
            ("compression", compression_param(ctx, format)),
            ("out_segment", segments[format]),
            ("out_facts", facts[format]),
        ])
        for values, map_each in map_params:
            args.add_all(values, map_each = map_each, allow_closure = True, expand_directories = False)
        run_tool(
            ctx,
            params = args,
            inputs = inputs,
            outputs = [segments[format], facts[format]],
            mnemonic = mnemonic,
            progress_message = progress_message,
        )
    return FragmentInfo(facts = facts, packages = packages, segments = segments)
