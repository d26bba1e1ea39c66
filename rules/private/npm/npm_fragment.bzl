"""Turns one npm package into a fragment."""

load("//rules/private:build_files_aside.bzl", "original_path")
load("//rules/private/layer:compression.bzl", "FORMATS")
load("//rules/private/layer:fragment.bzl", "make_fragment")

visibility("//...")

# The default directory of packages; all images share the fragments for it.
DIRECTORY = "/app"

def npm_fragment(ctx, package, *, name, directory = DIRECTORY, policy = [], formats = FORMATS):
    """Register the action that makes the fragment of an npm package.

    Args:
      ctx: The rule context; the rule must have `FRAGMENT_ATTRS`.
      package: Struct, as in `NpmPackagesInfo`.
      name: Name of the output files without extension.
      directory: The directory that has its `node_modules`.
      policy: Rules of a `PathPolicyInfo`.
      formats: The formats that layers may use.

    Returns:
      `FragmentInfo`.
    """
    path = "{}/{}".format(directory.strip("/"), package.path).lstrip("/")
    if package.link:
        content = [("symlink", {"path": path, "target": "../" * package.path.count("/") + package.link})]
    else:
        content = [
            ("file", {"src": file, "path": "{}/{}".format(path, original_path(file.path.partition(package.root)[2]))})
            for file in package.files
        ]
    return make_fragment(
        ctx,
        name = name,
        verb = "files-fragment",
        params = [("policy", rule) for rule in policy] + content,
        inputs = package.files,
        mnemonic = "NpmFragment",
        progress_message = "Collecting npm package {} {}".format(package.name, package.version),
        origin = package.path,
        formats = formats,
    )
