"""The repository that gives the wheels of one requirements file their names.

    @wheels//fastapi                 the wheel for the target platform, with all that it needs
    @wheels//:all everything that the file pins for the target platform
            │
            ▼  labels only: nothing is fetched before a build needs it
    @wheels_fastapi_amd64_closure    the wheels that it needs: closure_repository.bzl
            │
            ▼
    @wheels_fastapi_amd64            one repository for each wheel and architecture
            │
            ▼  only where the file has hashes and no names of files
    @wheels_fastapi_index            the index's files of it
"""

load("//rules/private:build_file.bzl", "call", "load_statement", "public_package", "select_call")
load("//rules/private:constraint_alias.bzl", "constraint_alias")
load("//rules/private:refusal.bzl", "refusal")
load("//rules/private/apt:platforms.bzl", "ARCHITECTURES")
load("//rules/private/pypi:names.bzl", "spellings")

visibility("//...")

def hub_files(prefix, selections):
    """What the repository holds.

    Args:
      prefix: What the names of the wheels' repositories start with.
      selections: Dict from Debian's name of an architecture to a dict of `all`, `errors`, `refusals`
        and `written`, which are as of `select_requirements`.

    Returns:
      Dict from path to text.
    """
    files = {}
    written = {name: spelling for selection in selections.values() for name, spelling in selection["written"].items()}
    for name in written:
        files[name + "/BUILD.bazel"] = public_package() + "".join([
            refusal(architecture, selection["refusals"][name]) if name in selection["refusals"] else call(
                "alias",
                name = architecture,
                actual = "@{}_{}_{}_closure//:wheel".format(prefix, name, architecture),
            )
            for architecture, selection in selections.items()
        ]) + constraint_alias(
            name,
            {ARCHITECTURES[architecture][0]: ":" + architecture for architecture in selections},
            "{} is pinned for {} only: pypi.install(architectures = ...)".format(name, ", ".join(selections)),
        )
    for name, spelling in written.items():
        for other in spellings(spelling):
            if other not in written:
                files[other + "/BUILD.bazel"] = public_package() + call("alias", name = other, actual = "//" + name)
    errors = "\n".join({selection["errors"]: None for selection in selections.values() if selection["errors"]}.keys())
    files["BUILD.bazel"] = load_statement(Label("//rules/private/pypi:wheel.bzl"), "wheel_closure") + public_package() + call(
        "wheel_closure",
        name = "all",
        checks = select_call({
            ARCHITECTURES[architecture][0]: ["@{}__all_{}_closure//:wheel".format(prefix, architecture)] if selection["all"] and not errors else []
            for architecture, selection in selections.items()
        }),
        root = False,
        wheels = select_call({
            ARCHITECTURES[architecture][0]: [":refused"] if errors else [
                "//{}:{}".format(name, architecture) if name in selection["refusals"] else "@{}_{}_{}//:wheel".format(prefix, name, architecture)
                for name in selection["all"]
            ]
            for architecture, selection in selections.items()
        }),
    ) + (refusal("refused", errors) if errors else "")
    return files

def _hub_repository_impl(rctx):
    for path, text in hub_files(rctx.attr.prefix, json.decode(rctx.attr.selections)).items():
        rctx.file(path, text)

hub_repository = repository_rule(
    implementation = _hub_repository_impl,
    doc = "Names the wheels of one requirements file.",
    attrs = {
        "prefix": attr.string(mandatory = True, doc = "What the names of the wheels' repositories start with."),
        "selections": attr.string(mandatory = True, doc = "JSON: what `hub_files` takes."),
    },
)
