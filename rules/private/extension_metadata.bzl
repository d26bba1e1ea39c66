"""What extensions report to Bazel about their repositories."""

visibility("//...")

def _own_name(tag):
    return [tag.name]

def extension_metadata(module_ctx, *, tags, repositories = _own_name):
    """Says that an extension is reproducible, and which repositories `use_repo` should name.

    With them, `bazel mod tidy` maintains `use_repo`, and Bazel warns about one with other names.

    Args:
      module_ctx: The context of the extension.
      tags: Function from a module to its tags that make repositories.
      repositories: Function from a tag to the names of its repositories; the tag's own name, if not
      given.

    Returns:
      What the extension's implementation returns.
    """
    names = {True: [], False: []}
    for module in module_ctx.modules:
        if module.is_root:
            for tag in tags(module):
                names[module_ctx.is_dev_dependency(tag)].extend(repositories(tag))
    return module_ctx.extension_metadata(
        reproducible = True,
        root_module_direct_deps = names[False],
        root_module_direct_dev_deps = names[True],
    )
