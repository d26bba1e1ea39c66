"""Tests of what an image is to a build, and to targets that take it as files."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")

def _names(files):
    return [file.basename for file in files.to_list()]

def _metadata_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    name = target.label.name
    asserts.equals(env, [name + ".digest", name + ".summary.txt"], _names(target[DefaultInfo].files))

    # Bazel builds the default runfiles of what is on its command line. Those of data it does not.
    asserts.equals(env, [], _names(target[DefaultInfo].default_runfiles.files))
    asserts.equals(env, [name], _names(target[DefaultInfo].data_runfiles.files))
    asserts.equals(env, [name], _names(target[OutputGroupInfo].oci_layout))
    asserts.equals(env, [name + ".digest"], _names(target[OutputGroupInfo].digest))
    asserts.true(env, name not in _names(target[OutputGroupInfo].metadata))
    return analysistest.end(env)

def _layout_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    asserts.equals(env, [target.label.name], _names(target[DefaultInfo].files))
    asserts.equals(env, [target.label.name], _names(target[OutputGroupInfo].oci_layout))
    return analysistest.end(env)

def _layout_action_impl(ctx):
    env = analysistest.begin(ctx)
    actions = analysistest.target_actions(env)
    inputs = {
        action.mnemonic: [file.basename for file in action.inputs.to_list()]
        for action in actions
        if action.mnemonic in ("Image", "ImageLayout", "ImageSummary")
    }
    blobs = [name for name in inputs["ImageLayout"] if name.endswith(".tar.gz")]
    asserts.true(env, blobs, "a layout is made of blobs")
    asserts.equals(env, [], [name for name in inputs["ImageLayout"] if name.endswith(".layer.json")], "the manifest has their digests")
    for mnemonic in ("Image", "ImageSummary"):
        asserts.equals(env, [], [name for name in blobs if name in inputs[mnemonic]], mnemonic)
    return analysistest.end(env)

_metadata_test = analysistest.make(_metadata_impl)
_layout_test = analysistest.make(_layout_impl, config_settings = {str(Label("//rules:layout")): True})
_layout_action_test = analysistest.make(_layout_action_impl)

def image_outputs_test_suite(name, image, index):
    """The tests of this file.

    Args:
      name: Name of the suite.
      image: An image with layers of its own.
      index: An index.
    """
    _layout_action_test(name = name + "_actions", target_under_test = image)
    for kind, target in {"image": image, "index": index}.items():
        _metadata_test(name = "{}_{}".format(name, kind), target_under_test = target)
        _layout_test(name = "{}_{}_layout".format(name, kind), target_under_test = target)
