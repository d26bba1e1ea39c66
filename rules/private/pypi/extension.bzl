"""The `pypi` module extension: requirements files in, repositories of wheels out."""

load("//rules/private/apt:platforms.bzl", "ARCHITECTURES")
load("//rules/private/pypi:hub_repository.bzl", "hub_repository")
load("//rules/private/pypi:requirements.bzl", "parse_requirements")
load("//rules/private/pypi:wheel_repository.bzl", "wheel_repository")

visibility("//...")

_install = tag_class(
    doc = "Makes the wheels of a requirements file available as `@name//distribution`.",
    attrs = {
        "architectures": attr.string_list(default = ["amd64", "arm64"], doc = "Debian's names of the architectures."),
        "name": attr.string(mandatory = True, doc = "Name of the hub repository, to be named in `use_repo` as well."),
        "python": attr.string(default = "3.13", doc = "Version of CPython that the wheels are for."),
        "requirements": attr.label(mandatory = True, doc = "The requirements file: exact versions, with hashes."),
    },
)

def _pypi_impl(module_ctx):
    for module in module_ctx.modules:
        for tag in module.tags.install:
            for architecture in tag.architectures:
                if architecture not in ARCHITECTURES:
                    fail("pypi.install '{}': '{}' is none of Debian's architectures {}".format(tag.name, architecture, ", ".join(ARCHITECTURES)))
            major, _, minor = tag.python.partition(".")
            if major != "3" or not minor.isdigit():
                fail("pypi.install '{}': python = '{}' should be MAJOR.MINOR, such as '3.13'".format(tag.name, tag.python))
            requirements, problem = parse_requirements(module_ctx.read(tag.requirements), tag.requirements)
            if problem:
                fail(problem)
            for requirement in requirements:
                for architecture in tag.architectures:
                    wheel_repository(
                        name = "{}_{}_{}".format(tag.name, requirement.name, architecture),
                        architecture = architecture,
                        distribution = requirement.name,
                        hashes = requirement.hashes,
                        python_minor = int(minor),
                        version = requirement.version,
                    )
            hub_repository(
                name = tag.name,
                architectures = tag.architectures,
                distributions = [requirement.name for requirement in requirements],
                prefix = tag.name,
            )
    return module_ctx.extension_metadata(reproducible = True)

pypi = module_extension(
    implementation = _pypi_impl,
    doc = "Python wheels from requirements files with hashes.",
    tag_classes = {"install": _install},
)
