"""GCC next to Bazel's root: fetched when Bazel first configures a C++ toolchain.

The root has a script in the place of each program. The programs find their own files by their path,
and headers and libraries below their directory, which is the sysroot.
"""

from __future__ import annotations

import os
import shlex

from tools.bootstrap.on_demand import FETCH, replace_text, write_script

TRIPLETS = {"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu"}
"""GNU's names of Debian's architectures."""

_PROGRAMS = (
    "ar",
    "as",
    "c++",
    "c++filt",
    "cc",
    "cpp",
    "dwp",
    "g++",
    "gcc",
    "gcov",
    "ld",
    "ld.bfd",
    "nm",
    "objcopy",
    "objdump",
    "ranlib",
    "readelf",
    "size",
    "strings",
    "strip",
)

_RUN = "usr/share/plinth/compiler"
_RUN_SCRIPT = """#!/bin/sh
# Runs a program of the compilers by the name that this was called by.
name=${{0##*/}}
case $name in
cc) name=gcc ;;
c++) name=g++ ;;
esac
compilers={directory}/compilers
if [ ! -e "$compilers/usr/bin/$name" ]; then
    echo "error: there is no $name: Bazel has not fetched the compilers" >&2
    echo "  Run: bazelw sync --configure" >&2
    exit 127
fi
case $name in
cpp | g++ | gcc | ld | ld.bfd) set -- --sysroot="$compilers" "$@" ;;
esac
export LD_LIBRARY_PATH="$compilers/private"
exec "$compilers/usr/bin/$name" "$@"
"""

# The places where Bazel, and rules_cc, inspect the host's compiler.
_CONFIGURE = (
    "usr/share/bazel/embedded_tools/tools/cpp/cc_configure.bzl",
    "usr/share/bazel/rules/cc/cc/private/toolchain/cc_configure.bzl",
)
_BEFORE = "    else:\n        configure_unix_toolchain(repository_ctx"
_AFTER = f"""    else:
        fetched = repository_ctx.execute(["/{FETCH}", "compilers"], timeout = 3600, quiet = False)
        if fetched.return_code:
            fail("cannot fetch a C++ compiler: " + fetched.stderr)
        configure_unix_toolchain(repository_ctx"""


def prepare_compilers(root: str, directory: str) -> None:
    """Put a script into the root for each program, and make Bazel fetch them when it needs them.

    Args:
        root: Bazel's root.
        directory: the final place of the root's directory.
    """
    write_script(root, _RUN, _RUN_SCRIPT.format(directory=shlex.quote(directory)))
    for program in _PROGRAMS:
        os.symlink("/" + _RUN, os.path.join(root, "usr/bin", program))
    for path in _CONFIGURE:
        replace_text(root, path, _BEFORE, _AFTER)


def lay_out_compilers(directory: str) -> None:
    """Complete the unpacked packages of the compilers: as sysroot, and to be started.

    The programs run on the root's C library, which is newer than their own; of the other libraries
    there they get only those that the compilers themselves are linked with.

    Args:
        directory: of the unpacked packages.
    """
    for name in ("bin", "lib", "lib64"):
        os.symlink(f"usr/{name}", os.path.join(directory, name))
    private = os.path.join(directory, "private")
    os.makedirs(private)
    for triplet in TRIPLETS.values():
        libraries = os.path.join(directory, "usr/lib", triplet)
        if not os.path.isdir(libraries):
            continue
        for name in sorted(os.listdir(libraries)):
            if name.startswith(_PRIVATE) and ".so" in name:
                os.symlink(f"../usr/lib/{triplet}/{name}", os.path.join(private, name))


_PRIVATE = (
    "libbfd-",
    "libcc1.",
    "libctf",
    "libgmp.",
    "libisl.",
    "libjansson.",
    "libmpc.",
    "libmpfr.",
    "libopcodes-",
    "libsframe.",
    "libzstd.",
)
