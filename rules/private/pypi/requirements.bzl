"""Reads requirements files in pip's format, with hashes."""

load("//rules/private:grammar.bzl", "field_problem", "shown")
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
      List of structs with `name` (normalized), `version` and `hashes` (SHA-256, hexadecimal), and
      None; or None and what is wrong.
    """
    requirements = []
    pending = ""
    start = 0
    for number, line in enumerate(text.split("\n"), 1):
        line = line.strip() if line.startswith("#") else line.partition(" #")[0].strip()
        if not pending and (not line or line.startswith("#")):
            continue
        start = start if pending else number
        pending += line.removesuffix("\\") + " "
        if line.endswith("\\"):
            continue
        requirement, problem = _parse_requirement(pending)
        if problem:
            return None, "{}:{}: {}".format(where, start, problem)
        requirements.append(requirement)
        pending = ""
    if pending.strip():
        return None, "{}: it ends in the middle of a requirement".format(where)
    return requirements, None

_USAGE = "NAME==VERSION --hash=sha256:…  (pip-compile --generate-hashes writes them)"

def _parse_requirement(text):
    parts = words(text)
    if not parts:
        return None, "there is no requirement"
    left, separator, version = parts[0].partition("==")
    name, bracket, extras = left.partition("[")
    options = [part for part in parts[1:] if part.startswith("--")]
    hashes = [part.removeprefix("--hash=sha256:") for part in options if part.startswith("--hash=sha256:")]
    if not separator or not hashes:
        return None, "{} needs an exact version and SHA-256 hashes: {}".format(shown(parts[0]), _USAGE)
    problem = field_problem("pypi_name", name, "name") or field_problem("pypi_version", version.removesuffix(";"), "version")
    if not problem and bracket:
        problem = None if extras.endswith("]") else "[{} should end in ]".format(shown(extras))
        for extra in [] if problem else extras[:-1].split(","):
            problem = problem or field_problem("pypi_name", extra, "extra")
    for sha256 in hashes:
        problem = problem or field_problem("sha256", sha256, "--hash=sha256")
    for option in options:
        # Hashes of other algorithms may stand beside those that are looked at.
        if not problem and not option.startswith("--hash="):
            problem = "{} is not known here; {}".format(shown(option), _USAGE)
    if problem:
        return None, "{}: {}".format(shown(left), problem)
    return struct(name = normalize(name), version = version.removesuffix(";"), hashes = hashes), None
