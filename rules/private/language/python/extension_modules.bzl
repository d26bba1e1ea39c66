"""Checks by file name whether extension modules run in an image (PEP 3149)."""

visibility("//...")

# Debian's name of an architecture -> how the platform in a file name starts.
_MACHINES = {
    "amd64": "x86_64-linux",
    "arm64": "aarch64-linux",
    "armhf": "arm-linux",
    "i386": "i386-linux",
    "ppc64el": "powerpc64le-linux",
    "riscv64": "riscv64-linux",
    "s390x": "s390x-linux",
}

def foreign_extension_module(paths, python, architecture):
    """The first extension module that only other interpreters or other machines can load.

    Modules without a version of CPython in their name, such as `abi3`, pass.

    Args:
      paths: Paths of files.
      python: Version of Python such as `3.13`.
      architecture: Debian's name of an architecture.

    Returns:
      A path, or None.
    """
    tag = "cpython-" + python.replace(".", "")
    known = {}
    for path in paths:
        stem, separator, rest = path.rpartition(".cpython-")
        if not separator or not rest.endswith(".so"):
            continue
        version, _, machine = rest.removesuffix(".so").partition("-")
        fits = "cpython-" + version == tag and (not machine or machine.startswith(_MACHINES[architecture]))

        # Some distributions have one for each version.
        if fits or stem not in known:
            known[stem] = None if fits else path
    foreign = [path for path in known.values() if path]
    return foreign[0] if foreign else None
