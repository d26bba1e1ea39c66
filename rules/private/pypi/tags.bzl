"""Selects wheels by their tags (PEP 425 and PEP 600)."""

load("//rules/private/pypi:markers.bzl", "MACHINES")

visibility("//...")

# Wheels for glibc; Debian 12 has 2.36, Debian 13 has 2.41. Higher is better.
_NEWEST_GLIBC = 41
_OLDEST_GLIBC = 5
_LEGACY = {12: "manylinux2010", 17: "manylinux2014", 5: "manylinux1"}

def _platform_rank(tag, machine, newest_glibc):
    if tag == "any":
        return 1
    if tag == "linux_" + machine:
        return 2
    for minor in range(_OLDEST_GLIBC, newest_glibc + 1):
        if tag == "manylinux_2_{}_{}".format(minor, machine) or tag == "{}_{}".format(_LEGACY.get(minor), machine):
            return 10 + minor
    return 0

def _python_rank(python, abi, minor):
    if python == "cp3{}".format(minor) and abi in ("cp3{}".format(minor), "abi3", "none"):
        return 1000 if abi.startswith("cp") else 900
    if abi == "abi3" and python.startswith("cp3") and python[3:].isdigit() and int(python[3:]) <= minor:
        return 500 + int(python[3:])
    if abi == "none" and python in ("py3", "py3{}".format(minor)):
        return 100
    return 0

def wheel_rank(filename, architecture, python_minor):
    """Return how well a wheel suits an interpreter.

    Args:
      filename: File name of the wheel.
      architecture: Debian's name of the architecture.
      python_minor: 13 for CPython 3.13.

    Returns:
      0 if it does not run there at all, else a number that is higher for the better wheel.
    """
    pythons, abis, platforms = filename.removesuffix(".whl").split("-")[-3:]
    best = 0
    for python in pythons.split("."):
        for abi in abis.split("."):
            for platform in platforms.split("."):
                language = _python_rank(python, abi, python_minor)
                system = _platform_rank(platform, MACHINES[architecture], _NEWEST_GLIBC)
                if language and system:
                    best = max(best, language * 100 + system)
    return best

def wheel_tags(filenames):
    """Return the tags in the names of wheels.

    Args:
      filenames: File names of wheels.

    Returns:
      List of tags such as `cp312-manylinux_2_28_x86_64`; if some are for Linux, those.
    """
    tags = sorted({
        "-".join([filename.removesuffix(".whl").split("-")[part] for part in (-3, -1)]).split(".")[0]: None
        for filename in filenames
    })
    return [tag for tag in tags if "linux" in tag or tag.endswith("-any")] or tags
