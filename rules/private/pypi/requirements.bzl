"""Reads requirements files in pip's format, with hashes.

https://pip.pypa.io/en/stable/reference/requirements-file-format
"""

load("//rules/private:endless.bzl", "ENDLESS")
load("//rules/private:grammar.bzl", "field_problem", "shown")
load("//rules/private:words.bzl", "without_byte_order_mark", "words")
load("//rules/private/pypi:names.bzl", "is_name", "normalize")
load("//rules/private/pypi:versions.bzl", "is_version", "suits")

visibility("//...")

# Options of pip on their own line that do not affect what is pinned.
_HARMLESS = ["--no-binary", "--only-binary", "--pre", "--prefer-binary", "--require-hashes", "--trusted-host", "--use-feature", "--no-index"]
_SHORT = {"-c": "--constraint", "-e": "--editable", "-f": "--find-links", "-i": "--index-url", "-r": "--requirement"}
_VERSION_CONTROL = ["git+", "hg+", "svn+", "bzr+"]
_COMPILE = "pip-compile --generate-hashes, uv export and uv pip compile --generate-hashes write it"

# The name in angle brackets is for lines that name no distribution.
_NAMELESS = ""

def requirement(name, *, where, version = "", hashes = [], files = {}, extras = [], marker = "", via = [], error = ""):
    """Return one pinned distribution, in the form for all kinds of files.

    Args:
      name: As written.
      where: `FILE:LINE`.
      version: The exact version.
      hashes: List of SHA-256, hexadecimal.
      files: Dict from SHA-256 to the URL or the name of the file, where the file says.
      extras: Extras that are asked for.
      marker: The environment marker, or nothing.
      via: Normalized names of the distributions that need it, if the file lists them.
      error: What is wrong with it; empty if nothing is.

    Returns:
      A struct of these, `name` normalized and `written` as written.
    """
    for kind, field, values in [("pypi_name", "name", [name] if name else []), ("pypi_version", "version", [version] if version else []), ("pypi_name", "extra", extras), ("sha256", "SHA-256", hashes)]:
        for value in values:
            problem = field_problem(kind, value, field)
            if problem and not error:
                error = "{}: {}.\n  {}".format(where, problem, "Compile the file again: {}.".format(_COMPILE))
    return struct(
        error = error,
        extras = extras,
        files = files,
        hashes = hashes,
        marker = marker,
        # An invalid name names no distribution: then the whole file is wrong.
        name = normalize(name) if name and not field_problem("pypi_name", name, "name") else _NAMELESS,
        version = version,
        via = via,
        where = where,
        written = name,
    )

def parse_requirements(text, where, read = None):
    """Parse a requirements file, those that it includes, and its constraints.

    Args:
      text: Content of the file.
      where: Its name, for error messages.
      read: Function from the path that an `-r` or `-c` names, relative to the directory of the file
        `where`, to a struct: `text` of that file, None if there is none, and its name `where`.

    Returns:
      Struct: `requirements`, a list of what `requirement` makes; `wanted`, the names that are asked
      for, which constraints are not; `index`, the URL of the package index in place of the usual
      one, or empty; `extra_indexes`, URLs of those to ask in addition; and `find_links`, URLs of pages
      with files, and directories, relative to that of the file `where`.
    """
    lines, constraints, found = [], [], []
    index = ""
    extra_indexes = []
    find_links = []
    pending = [struct(text = text, where = where, directory = "", constrains = False)]
    seen = {}
    for _ in ENDLESS:
        if not pending:
            break
        file = pending.pop(0)
        if (file.where, file.constrains) in seen:
            continue
        seen[(file.where, file.constrains)] = None
        for line in _lines(file.text, file.where):
            if not line.text.startswith("-"):
                (constraints if file.constrains else lines).append(line)
                continue
            option, value = _option(line.text)
            if option == "--index-url":
                index = index or value
            elif option == "--extra-index-url":
                extra_indexes.extend(words(value))
            elif option == "--find-links":
                find_links.append(value if value.startswith("/") or ":" in value else file.directory + value)
            elif option in ("--requirement", "--constraint"):
                path = _plain(file.directory + value)
                included = read(path) if read else struct(text = None, where = value)
                if included.text == None:
                    found.append(_wrong(line, "{} {}: there is no such file".format("-r" if option == "--requirement" else "-c", shown(value)), "Write its path relative to this file."))
                else:
                    pending.append(struct(
                        constrains = option == "--constraint",
                        directory = path[:len(path) - len(path.rpartition("/")[2])],
                        text = included.text,
                        where = included.where,
                    ))
            elif option == "--editable":
                found.append(_wrong(line, "{} is editable: it is the source of a project, not a wheel".format(shown(value)), "Leave it out of the file (uv export --no-emit-project), and put its files into a files_layer or a py_library."))
            elif option not in _HARMLESS:
                found.append(_wrong(line, "'{}' is not an option of requirements files that Plinth supports".format(option), "Remove the line."))
    specifiers = [_parse_line(line) for line in constraints]
    by_name = {}
    for each in specifiers:
        by_name.setdefault(each.name, []).append(each)
    asked = [_parse_line(line) for line in lines]
    for each in asked:
        found += _constrained(each, by_name.get(each.name, []))
    names = {each.name: None for each in found}

    # Indirect requirements are often pinned only by constraints.
    found += [
        _pinned(each)
        for each in specifiers
        if each.error or (each.name not in names and each.version and each.hashes)
    ]
    return struct(extra_indexes = extra_indexes, find_links = find_links, index = index, requirements = found, wanted = names.keys())

def _plain(path):
    """Return a path without `.` and `..`, so that a file that includes itself is read once."""
    parts = []
    for part in path.split("/"):
        if part == ".." and parts and parts[-1] not in ("", ".."):
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)

def _option(text):
    """The long name of an option of pip, and its value."""
    if text.startswith("--"):
        option, _, value = text.replace("=", " ", 1).partition(" ")
    else:
        option, value = text[:2], text[2:]
    return _SHORT.get(option, option), value.strip().strip("\"'")

def _lines(text, where):
    """Return logical lines: `text`, `where`, and `via`, the users that comments name."""
    lines = []
    pending = []
    start = 0
    in_via = False
    for number, line in enumerate(without_byte_order_mark(text).replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        comment = line.strip()
        if comment.startswith("#"):
            # pip-compile and uv: "# via flask, jinja2", or "# via" and a line for each.
            comment = comment.removeprefix("#").strip()
            is_via = comment == "via" or comment.startswith("via ")
            if lines and (is_via or in_via) and comment and not pending:
                lines[-1].via.extend(_via(comment.removeprefix("via") if is_via else comment))
            in_via = is_via or (in_via and bool(comment))
            continue
        in_via = False
        line, mark, comment = (" " + line).partition(" #")
        line = line.strip()
        start = start if pending else number
        pending.append(line.removesuffix("\\"))
        if line.endswith("\\"):
            continue
        logical = " ".join(pending).strip()
        if logical:
            comment = comment.strip()
            lines.append(struct(
                text = logical,
                via = _via(comment.removeprefix("via ")) if mark and comment.startswith("via ") else [],
                where = "{}:{}".format(where, start),
            ))
        pending = []
    logical = " ".join(pending).strip()
    if logical:
        lines.append(struct(text = logical, via = [], where = "{}:{}".format(where, start)))
    return lines

def _via(text):
    # "-r requirements.in" is not a distribution; neither is "project (pyproject.toml)",
    # which does no harm.
    return [
        normalize(part.strip())
        for part in text.split(",")
        if is_name(part.strip())
    ]

def _wrong(line, problem, cure, name = _NAMELESS):
    return requirement(name, where = line.where, error = "{}: {}.\n  {}".format(line.where, problem, cure))

def _parse_line(line):
    """Return the content of a line: the fields of `requirement`, and `specifier`, the clauses on versions."""
    text, hashes = _split_hashes(line.text)
    specifier, _, marker = text.partition(";")

    # A URL may hold a semicolon; what follows a marker's has a space before it (PEP 508).
    if "://" in text:
        specifier, _, marker = text.partition(" ;")
    specifier = specifier.strip()
    for scheme in _VERSION_CONTROL:
        if scheme in specifier:
            return _wrong(line, "{} is fetched from version control, which has no hash".format(shown(specifier)), "Build a wheel of it, publish it to an index, and pin that; or put its files into a files_layer.", _name_of(specifier))
    if specifier.startswith((".", "/", "file:")) or " @ file:" in specifier or ("://" not in specifier and specifier.endswith(("/", ".tar.gz", ".whl", ".zip"))):
        return _wrong(line, "{} is a path of this machine".format(shown(specifier)), "Publish it to an index and pin that; or leave it out (uv export --no-emit-project), and put its files into a files_layer.", _name_of(specifier))
    if "://" in specifier:
        return _wrong(line, "{} is fetched from its own URL".format(shown(specifier)), "Publish it to an index (PIP_EXTRA_INDEX_URL may name your own), and pin NAME==VERSION with its hashes.", _name_of(specifier))
    name, extras, rest = _split_name(specifier)
    if not is_name(name):
        return _wrong(line, "{} does not begin with the name of a distribution".format(shown(line.text)), "A line is NAME==VERSION --hash=sha256:HASH; {}.".format(_COMPILE))
    rest = rest.strip().removeprefix("(").removesuffix(")")
    exact = rest.removeprefix("===") if rest.startswith("===") else rest.removeprefix("==")
    version = exact.strip()
    is_exact = exact != rest and version and "," not in version and not version.endswith(".*")
    return struct(
        error = "",
        extras = extras,
        hashes = hashes,
        marker = marker.strip(),
        name = normalize(name),
        specifier = rest,
        text = specifier,
        version = version if is_exact else "",
        via = line.via,
        where = line.where,
        written = name,
    )

def _pinned(each):
    return each if each.error else requirement(
        each.written,
        where = each.where,
        version = each.version,
        extras = each.extras,
        hashes = each.hashes,
        marker = each.marker,
        via = each.via,
    )

def _constrained(each, constraints):
    """Return what a line pins: a requirement, or one for each constraint that pins what the line does not."""
    if each.error:
        return [each]
    for other in constraints:
        # A version is compared with clauses; comparing clauses is the compiler's task.
        if each.version and not other.error and not other.marker and is_version(each.version) and not suits(each.version, other.specifier):
            return [_wrong(each, "{} is not what the constraint {} at {} allows".format(shown(each.text), shown(other.text), other.where), "Compile the file again, or remove one of the lines.", each.name)]
    if each.version and each.hashes:
        return [_pinned(each)]
    pins = [other for other in constraints if not other.error and other.version and other.hashes]
    for other in pins:
        if is_version(other.version) and not suits(other.version, each.specifier):
            return [_wrong(each, "{} excludes what the constraint at {} pins: {}".format(shown(each.text), other.where, shown(other.version)), "Compile the constraints again, or remove one of the lines.", each.name)]
    if pins:
        return [requirement(
            each.written,
            where = each.where,
            version = other.version,
            extras = each.extras,
            hashes = other.hashes,
            marker = " and ".join(["({})".format(marker) for marker in (each.marker, other.marker) if marker]),
            via = each.via,
        ) for other in pins]
    if not each.version:
        return [_wrong(each, "{} is not pinned to an exact version".format(shown(each.text)), "Compile the file: NAME==VERSION --hash=sha256:HASH; {}.".format(_COMPILE), each.name)]
    return [_wrong(each, "{} has no SHA-256 hash".format(shown(each.text)), "Compile the file with hashes: {}.".format(_COMPILE), each.name)]

def _split_hashes(text):
    """Return the text before the options of a line, and its SHA-256 hashes; other hashes are ignored."""
    head, separator, options = (" " + text).partition(" --")
    hashes = []
    parts = words((separator + options).replace("--hash ", "--hash="))
    for part in parts:
        kind, _, value = part.removeprefix("--hash=").partition(":")
        if part.startswith("--hash=") and kind == "sha256":
            hashes.append(value.lower())
    return head.strip(), hashes

def _split_name(specifier):
    name = specifier
    for at, character in enumerate(specifier.elems()):
        if not (character.isalnum() or character in "-_."):
            name = specifier[:at]
            break
    rest = specifier[len(name):].strip()
    extras = []
    if rest.startswith("["):
        inside, _, rest = rest[1:].partition("]")
        extras = [normalize(extra.strip()) for extra in inside.split(",") if extra.strip()]
    return name, extras, rest

def parse_specifier(text):
    """Parse a requirement of a wheel's metadata (`Requires-Dist`).

    Args:
      text: Such as `httptools (>=0.6.3) ; extra == "standard"`.

    Returns:
      List: the normalized name, a list of extras, the marker, the text without its marker.
    """
    specifier, _, marker = text.partition(" ;") if " @ " in text else text.partition(";")
    name, extras, _ = _split_name(specifier.strip())
    return [normalize(name), extras, marker.strip(), specifier.strip()]

def _name_of(specifier):
    """The name in `NAME @ URL` or `…#egg=NAME`; empty if there is none."""
    name = specifier.partition("@")[0].strip().partition("[")[0].strip()
    if " @" not in specifier and "@" in specifier:
        name = ""
    egg = specifier.partition("#egg=")[2].partition("&")[0].partition("[")[0]
    file = specifier.rpartition("/")[2]
    for candidate in (name, egg, file.partition("-")[0] if file.endswith(".whl") else ""):
        if is_name(candidate):
            return candidate
    return _NAMELESS
