"""The layer of a compiled program."""

load("//rules/private:target_architecture.bzl", "TARGET_ARCHITECTURE", "target_architecture")
load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS")
load("//rules/private/layer:compression.bzl", "LAYER_ATTRS")
load("//rules/private/layer:fragment.bzl", "make_fragment")
load("//rules/private/layer:layer.bzl", "layer_providers", "make_layer")
load("//rules/private/layer:layer_info.bzl", "LayerInfo")
load("//rules/private/layer:runfiles.bzl", "program_params")

visibility("//...")

def _program_layer_impl(ctx):
    program = program_params(
        ctx,
        ctx.attr.program,
        ctx.attr.path.strip("/"),
        {"uid": 0, "gid": 0},
        kind = {"kind": "program", "architecture": target_architecture(ctx).debian},
    )
    fragment = make_fragment(
        ctx,
        name = ctx.label.name,
        verb = "files-fragment",
        params = program.params,
        map_params = program.map_params,
        inputs = program.inputs,
        mnemonic = "FilesFragment",
        progress_message = "Collecting the files of %{label}",
    )
    made = make_layer(ctx, name = ctx.label.name, created_by = "plinth: files", fragments = [fragment])
    return layer_providers(made)

program_layer = rule(
    implementation = _program_layer_impl,
    doc = "A layer with one program, an ELF file for the target platform, and what it finds at run time.",
    attrs = LAYER_ATTRS | TARGET_ARCHITECTURE | {
        "path": attr.string(mandatory = True, doc = "Where the program goes."),
        "program": attr.label(mandatory = True, allow_files = True, doc = "The program: of a `*_binary`, or a file."),
    },
    provides = [LayerInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
