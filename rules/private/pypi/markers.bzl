"""Environment markers: whether a requirement applies in an image.

https://packaging.python.org/specifications/dependency-specifiers, "Environment markers".
"""

load("//rules/private:grammar.bzl", "shown")
load("//rules/private/pypi:names.bzl", "normalize")
load("//rules/private/pypi:versions.bzl", "is_version", "version_holds")

visibility("//...")

# What `uname -m` says; Debian's name of the architecture -> machine.
MACHINES = {
    "amd64": "x86_64",
    "arm64": "aarch64",
    "armhf": "armv7l",
    "i386": "i686",
    "ppc64el": "ppc64le",
    "riscv64": "riscv64",
    "s390x": "s390x",
}

# The newest that Debian has of each; //base pins them.
_DEBIANS_PYTHONS = {
    "3.11": "3.11.2",
    "3.13": "3.13.5",
}

_OPERATORS = ["<=", "<", "!=", "===", "==", ">=", ">", "~="]

# Names of setuptools from before the specification.
_OLD_NAMES = {
    "os.name": "os_name",
    "platform.machine": "platform_machine",
    "platform.python_implementation": "platform_python_implementation",
    "platform.version": "platform_version",
    "python_implementation": "platform_python_implementation",
    "sys.platform": "sys_platform",
}

# Means any extra; see `marker_holds`.
ANY_EXTRA = "*"

def marker_environment(python, architecture):
    """Return the variables of markers in an image.

    Args:
      python: Version of Python, `3.13` or `3.13.5`.
      architecture: Debian's name of the architecture.

    Returns:
      Dict from variable to string.
    """
    minor = ".".join(python.split(".")[:2])
    full = python if python != minor else _DEBIANS_PYTHONS.get(minor, minor + ".0")
    return {
        "implementation_name": "cpython",
        "implementation_version": full,
        "os_name": "posix",
        "platform_machine": MACHINES[architecture],
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_system": "Linux",
        "platform_version": "",
        "python_full_version": full,
        "python_version": minor,
        "sys_platform": "linux",
    }

def marker_holds(marker, environment, extra = "", groups = []):
    """Evaluate a marker.

    Args:
      marker: Its text; an empty one holds.
      environment: As of `marker_environment`.
      extra: The extra that is asked for; `ANY_EXTRA` if every condition on an extra is met.
      groups: The dependency groups that are asked for (PEP 751).

    Returns:
      A struct: `holds`, and `error`, which is empty for a marker that can be understood.
    """
    if not marker.strip():
        return struct(holds = True, error = "")
    tokens, error = _tokens(marker)
    if error:
        return struct(holds = False, error = error)

    # Each frame is [holds so far of what `or` joins, holds so far of what `and` joins].
    frames = [[False, True]]
    comparison = []
    expects_operand = True
    for token in tokens:
        if comparison or token.is_value or token.text not in ("(", ")", "and", "or"):
            comparison.append(token)
            if len(comparison) < 3 or (len(comparison) == 3 and comparison[1].text == "not"):
                continue
            holds, error = _compare(comparison, environment, extra, groups)
            if error or not expects_operand:
                return struct(holds = False, error = error or "two comparisons without `and` or `or`")
            frames[-1][1] = frames[-1][1] and holds
            comparison = []
            expects_operand = False
        elif token.text == "(":
            if not expects_operand:
                return struct(holds = False, error = "`(` where `and` or `or` should be")
            frames.append([False, True])
        elif expects_operand:
            return struct(holds = False, error = "`{}` where a comparison should be".format(token.text))
        elif token.text == ")":
            inner = frames.pop()
            if not frames:
                return struct(holds = False, error = "`)` without `(`")
            frames[-1][1] = frames[-1][1] and (inner[0] or inner[1])
        else:
            if token.text == "or":
                frames[-1] = [frames[-1][0] or frames[-1][1], True]
            expects_operand = True
    if comparison or expects_operand or len(frames) != 1:
        return struct(holds = False, error = "it is not complete")
    return struct(holds = frames[0][0] or frames[0][1], error = "")

def _tokens(marker):
    tokens = []
    rest = marker
    for _ in range(len(marker)):
        rest = rest.lstrip(" \t\r\n")
        if not rest:
            break
        if rest[0] in "\"'":
            text, quote, after = rest[1:].partition(rest[0])
            if not quote:
                return [], "a string does not end"
            tokens.append(struct(text = text, is_value = True, is_string = True))
            rest = after
            continue
        if rest[0] in "()":
            tokens.append(struct(text = rest[0], is_value = False, is_string = False))
            rest = rest[1:]
            continue
        operator = [each for each in _OPERATORS if rest.startswith(each)]
        if operator:
            longest = sorted(operator, key = len)[-1]
            tokens.append(struct(text = longest, is_value = False, is_string = False))
            rest = rest[len(longest):]
            continue
        length = 0
        for character in rest.elems():
            if not (character.isalnum() or character in "_."):
                break
            length += 1
        if not length:
            return [], "{} is not understood".format(shown(rest[0]))
        word = rest[:length]
        is_value = word not in ("and", "or", "in", "not")
        tokens.append(struct(text = word, is_value = is_value, is_string = False))
        rest = rest[length:]
    return tokens, ""

def _compare(tokens, environment, extra, groups):
    left, right = tokens[0], tokens[-1]
    operator = " ".join([token.text for token in tokens[1:-1]])
    if not left.is_value or not right.is_value or operator not in _OPERATORS + ["in", "not in"]:
        return False, "{} is not a comparison".format(shown(" ".join([token.text for token in tokens])))
    if right.text in ("extras", "dependency_groups") and not right.is_string:
        asked = groups if right.text == "dependency_groups" else [extra]
        found = extra == ANY_EXTRA or normalize(left.text) in [normalize(each) for each in asked]
        return found == (operator == "in"), ""
    values = []
    names = []
    for token in (left, right):
        name = _OLD_NAMES.get(token.text, token.text)
        if token.is_string:
            values.append(token.text)
        elif name == "extra":
            values.append(extra)
        elif name in environment:
            values.append(environment[name])
        else:
            return False, "there is no variable {}".format(shown(token.text))
        names.append("" if token.is_string else name)
    if "extra" in names:
        same = extra == ANY_EXTRA or normalize(values[0]) == normalize(values[1])
        return same == (operator != "!="), ""
    if operator == "in":
        return values[0] in values[1], ""
    if operator == "not in":
        return values[0] not in values[1], ""
    if is_version(values[0]) and is_version(values[1].removesuffix(".*")) and operator != "===":
        if names[0]:
            return version_holds(values[0], operator, values[1]), ""

        # The variable is on the right: 3.8 <= python_version.
        mirrored = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(operator, operator)
        return version_holds(values[1], mirrored, values[0]), ""
    if operator in ("==", "==="):
        return values[0] == values[1], ""
    if operator == "!=":
        return values[0] != values[1], ""
    if operator == "~=":
        return False, "`~=` compares versions, and {} is not one".format(shown(values[1]))
    return {
        "<": values[0] < values[1],
        "<=": values[0] <= values[1],
        ">": values[0] > values[1],
        ">=": values[0] >= values[1],
    }[operator], ""
