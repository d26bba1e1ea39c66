"""Which files of a program share a layer."""

load("//rules/private/layer:runfiles.bzl", "runfiles_path")

visibility("//...")

def split_runfiles(runfiles, main_repository):
    """Splits runfiles into the application and third-party code.

    Third-party code is in other repositories, or in directories named `site-packages`.

    Args:
      runfiles: The `runfiles` of a program.
      main_repository: Name of the main repository among the runfiles.

    Returns:
      Struct: `application`, a part; and `third_party`, a dict from repository to part. A part is a
      struct with `files`, a list of File, and `links`, a list of structs with `file` and `path`:
      files that go to another place than their own, relative to the runfiles.
    """
    application = _part()
    third_party = {}

    def part_of(file):
        path = runfiles_path(file, main_repository)
        repository = path.partition("/")[0]
        if repository == main_repository and "/site-packages/" not in path:
            return application
        return third_party.setdefault(repository, _part())

    # Runfiles end in layers, so only this function flattens them. An action with all of them would
    # run again for the third-party layer whenever the application changes.
    for file in runfiles.files.to_list():
        part_of(file).files.append(file)
    for prefix, links in ((main_repository + "/", runfiles.symlinks), ("", runfiles.root_symlinks)):
        for link in links.to_list():
            part_of(link.target_file).links.append(struct(file = link.target_file, path = prefix + link.path))
    return struct(application = application, third_party = third_party)

def _part():
    return struct(files = [], links = [])

def plan_parts(third_party, budget):
    """Plans the layers of third-party parts.

    The parts with most files get their own layers, within the budget; the rest share one. Sizes are
    not known yet.

    Args:
      third_party: Dict from repository to part.
      budget: The largest number of layers.

    Returns:
      List of lists of repositories: the layers, the largest part first.
    """
    by_size = sorted(third_party.keys(), key = lambda repository: (-len(third_party[repository].files), repository))
    alone = by_size[:budget - 1]
    shared = sorted(by_size[budget - 1:])
    return [[repository] for repository in alone] + ([shared] if shared else [])
