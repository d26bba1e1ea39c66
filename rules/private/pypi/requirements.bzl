"""Reads requirements files in pip's format, with hashes."""

load("//rules/private:words.bzl", "words")

visibility("//...")

def normalize(name):
    """A distribution's name in the form that the package index uses (PEP 503).

    Args:
      name: Name as somebody wrote it.

    Returns:
      Lower case, with single dashes.
    """
    name = name.lower().replace("_", "-").replace(".", "-")
    for _ in range(len(name)):
        if "--" not in name:
            break
        name = name.replace("--", "-")
    return name

def parse_requirements(text, where):
    """Parse a requirements file.

    Args:
      text: Content of the file.
      where: Its name, for error messages.

    Returns:
      List of structs with `name` (normalized), `version` and `hashes` (SHA-256, hexadecimal).
    """
    requirements = []
    pending = ""
    for number, line in enumerate(text.split("\n"), 1):
        line = line.strip() if line.startswith("#") else line.partition(" #")[0].strip()
        if not pending and (not line or line.startswith("#")):
            continue
        pending += line.removesuffix("\\") + " "
        if line.endswith("\\"):
            continue
        requirements.append(_parse_requirement(pending, "{}:{}".format(where, number)))
        pending = ""
    return requirements

def _parse_requirement(text, where):
    parts = words(text)
    name, separator, version = parts[0].partition("==")
    hashes = [part.removeprefix("--hash=sha256:") for part in parts if part.startswith("--hash=sha256:")]
    if not separator or not hashes:
        fail("{}: '{}' needs an exact version and SHA-256 hashes: NAME==VERSION --hash=sha256:…  (pip-compile --generate-hashes writes them)".format(where, parts[0]))
    return struct(
        name = normalize(name.partition("[")[0]),
        version = version.rstrip(";"),
        hashes = hashes,
    )
