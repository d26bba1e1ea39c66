"""Defines the providers that carry wheels."""

load("//rules/private:label_name.bzl", "label_name")

visibility("//...")

WheelInfo = provider(
    doc = """\
One Python wheel, fetched and verified.

Made by the repositories of the `pypi` extension. Layers take the fragment, or the wheel itself;
programs of the build take the unpacked files.
""",
    fields = {
        "bytecode": "Depset of File. Bytecode of its modules, for programs of the build.",
        "distribution": "String. Normalized name of the distribution.",
        "files": "Depset of File. The unpacked wheel.",
        "fragment": "`FragmentInfo`. The wheel in the layout of Debian's Python, shared by all layers.",
        "python": "String. The version of Python that it was chosen for, such as `3.13`.",
        "site_packages": "File. A file next to the directory `site-packages` that holds `files`.",
        "version": "String. Version of the distribution.",
        "wheel": "File. The wheel as published.",
    },
)

WheelClosureInfo = provider(
    doc = """\
Wheels and everything that their metadata requires.

Made by the hubs of the `pypi` extension, which know the pins. Layers take all of it.
""",
    fields = {
        "wheels": "List of `WheelInfo`, each distribution once.",
    },
)

def closure_of_wheels(label, targets):
    """The wheels of several targets, each once.

    Args:
      label: The target that asks, for error messages.
      targets: List of targets with `WheelClosureInfo`.

    Returns:
      List of `WheelInfo`, by distribution.
    """
    found = {}
    for target in targets:
        for wheel in target[WheelClosureInfo].wheels:
            other = found.setdefault(wheel.distribution, wheel)
            if (other.version, other.python) != (wheel.version, wheel.python):
                fail("{}: it has two versions of {}: {} for Python {} and {} for Python {}. Take all wheels from one hub.".format(
                    label_name(label),
                    wheel.distribution,
                    other.version,
                    other.python,
                    wheel.version,
                    wheel.python,
                ))
    return [found[name] for name in sorted(found)]
