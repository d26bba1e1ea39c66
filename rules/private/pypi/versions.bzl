"""Compares versions as in "Version specifiers" of the PyPA (PEP 440).

Exact if the left side is a final release, which an interpreter in an image is.
"""

visibility("//...")

def is_version(text):
    """Return whether a text is a version: numbers with dots, possibly of a pre-release.

    Args:
      text: A string.

    Returns:
      A bool.
    """
    return _parse(text) != None

def version_holds(version, operator, other):
    """Whether a version of a final release satisfies a clause.

    Args:
      version: The version.
      operator: `<`, `<=`, `==`, `!=`, `>=`, `>` or `~=`.
      other: The version of the clause; with `==` and `!=` it may end in `.*`.

    Returns:
      A bool.
    """
    if other.endswith(".*"):
        prefix = _parse(other.removesuffix(".*"))[0]
        same = _padded(_parse(version)[0], len(prefix))[:len(prefix)] == prefix
        return same == (operator == "==")
    order = _order(_parse(version), _parse(other))
    if operator == "~=":
        prefix = _parse(other)[0][:-1]
        return order >= 0 and _padded(_parse(version)[0], len(prefix))[:len(prefix)] == prefix
    return {
        "!=": order != 0,
        "<": order < 0,
        "<=": order <= 0,
        "==": order == 0,
        ">": order > 0,
        ">=": order >= 0,
    }[operator]

def _parse(text):
    """(numbers, -1 of a pre-release and else 0); None for what is no version."""
    text = text.strip().lower().removeprefix("v")
    release = text[:len(text) - len(text.lstrip("0123456789."))]
    rest = text[len(release):].lstrip(".-_")
    numbers = release.rstrip(".").split(".")
    if "" in numbers:
        return None
    if rest and not [start for start in ("a", "b", "c", "rc", "dev", "pre", "post", "+") if rest.startswith(start)]:
        return None
    stage = 0
    if rest and not rest.startswith("+"):
        stage = 1 if rest.startswith("post") else -1
    return [int(number) for number in numbers], stage

def _order(left, right):
    length = max(len(left[0]), len(right[0]))
    pair = [(_padded(side[0], length), side[1]) for side in (left, right)]
    if pair[0] == pair[1]:
        return 0
    return -1 if pair[0] < pair[1] else 1

def _padded(numbers, length):
    return numbers + [0] * (length - len(numbers))

def suits(version, specifier):
    """Whether a version satisfies a specifier, such as `Requires-Python` of a wheel.

    Args:
      version: The version.
      specifier: Clauses with commas, such as `>=3.9,!=3.9.1`.

    Returns:
      A bool; clauses that cannot be understood are satisfied.
    """
    for clause in specifier.split(","):
        clause = clause.strip()
        for operator in ("<=", ">=", "!=", "~=", "==", "<", ">"):
            other = clause.removeprefix(operator).strip()
            if clause.startswith(operator):
                if operator not in ("==", "!="):
                    other = other.removesuffix(".*")
                if is_version(other.removesuffix(".*")) and not version_holds(version, operator, other):
                    return False
                break
    return True
