"""A JDK and Bazel's tools for Java next to Bazel's root: fetched when a build first needs them.

rules_java downloads both as archives. In the root, the rule that would do so links to Debian's
packages instead.
"""

from __future__ import annotations

import os

from tools.bootstrap.compilers import TRIPLETS
from tools.bootstrap.on_demand import FETCH, replace_text

OPTIONS = (
    "common --java_runtime_version=remotejdk_21",
    "common --tool_java_runtime_version=remotejdk_21",
    # Debian's Turbine, which makes jars of headers, is not one jar with all that it needs.
    "common --nojava_header_compilation",
)
"""For Bazel's rc file."""

_RULES = "usr/share/bazel/rules/java"
_DOWNLOAD = 'load("@bazel_tools//tools/build_defs/repo:http.bzl", "http_archive")'
_LINK = 'load("//toolchains:packaged_archive.bzl", "http_archive")'
_PLATFORMS = {"amd64": "linux", "arm64": "linux_aarch64"}

_PACKAGED_ARCHIVE = """\
\"\"\"What rules_java would download, from Debian's packages.\"\"\"

_PLACES = {places}

def _packaged_archive_impl(repository_ctx):
    name = repository_ctx.name.split("~")[-1]
    if name not in _PLACES:
        fail("the Bazel that bazelw fetches has no " + name +
             "\\n  It has Java 21: --java_runtime_version=remotejdk_21")
    fetched = repository_ctx.execute(["/{fetch}", "java"], timeout = 3600, quiet = False)
    if fetched.return_code:
        fail("cannot fetch Java: " + fetched.stderr)
    for path in repository_ctx.path(_PLACES[name]).readdir():
        repository_ctx.symlink(path, path.basename)
    if repository_ctx.attr.build_file_content:
        repository_ctx.file("BUILD.bazel", repository_ctx.attr.build_file_content)

http_archive = repository_rule(
    implementation = _packaged_archive_impl,
    attrs = {{
        "build_file_content": attr.string(),
        "sha256": attr.string(),
        "strip_prefix": attr.string(),
        "urls": attr.string_list(),
    }},
)
"""


def prepare_java(root: str, directory: str, architecture: str) -> None:
    """Make rules_java use the packages.

    Args:
        root: Bazel's root.
        directory: the final place of the root's directory.
        architecture: Debian's name of it.
    """
    java = os.path.join(directory, "java")
    tools = os.path.join(java, "usr/lib", TRIPLETS[architecture], "bazel/java_tools")
    places = {
        "remote_java_tools": tools,
        "remote_java_tools_linux": tools,
        f"remotejdk21_{_PLATFORMS[architecture]}": os.path.join(java, _home(architecture)),
    }
    rule = os.path.join(root, _RULES, "toolchains/packaged_archive.bzl")
    with open(rule, "w", encoding="utf-8") as file:
        file.write(_PACKAGED_ARCHIVE.format(places=places, fetch=FETCH))
    for path in ("java/repositories.bzl", "toolchains/remote_java_repository.bzl"):
        replace_text(root, os.path.join(_RULES, path), _DOWNLOAD, _LINK)


def lay_out_java(directory: str) -> None:
    """Complete the unpacked packages: make links point into the directory.

    Args:
        directory: of the unpacked packages.
    """
    for parent, directories, files in os.walk(directory):
        for name in directories + files:
            path = os.path.join(parent, name)
            if os.path.islink(path) and os.readlink(path).startswith("/"):
                target = os.path.join(directory, os.readlink(path).lstrip("/"))
                os.unlink(path)
                if os.path.lexists(target):
                    os.symlink(os.path.relpath(target, parent), path)


def _home(architecture: str) -> str:
    return f"usr/lib/jvm/java-21-openjdk-{architecture}"
