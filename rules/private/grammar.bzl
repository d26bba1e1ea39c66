"""The grammar of each field that comes from outside.

Locks, requirements, image configs and indexes are data from outside. Each field is
checked here before it becomes a target, a file name, a label or a URL. tools/grammar has the same
grammars for programs, and tests/grammar.json has values that test both.

A check returns what is wrong instead of failing, so that a caller can report it when it matters.
"""

visibility("//...")

_LOWER = "abcdefghijklmnopqrstuvwxyz"
_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS = "0123456789"
_ALPHANUMERIC = _LOWER + _UPPER + _DIGITS
_HEXADECIMAL = _DIGITS + "abcdef"
_PRINTABLE = _ALPHANUMERIC + " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
_CONTROL = "\000\001\002\003\004\005\006\007\010\011\012\013\014\015\016\017\020\021\022\023\024\025\026\027\030\031\032\033\034\035\036\037\177"

# Longer than every real value, and short enough for a file name and a terminal.
_LONGEST_NAME = 214
_LONGEST_TEXT = 4096
_LONGEST_SHOWN = 80
_LARGEST_SIZE = 1 << 53

def _of(text, characters):
    """Return whether a text is not empty and has only these characters."""
    return bool(text) and not text.strip(characters)

def _word(text, characters, first = _ALPHANUMERIC, longest = _LONGEST_NAME):
    return _of(text, characters) and text[0] in first and len(text) <= longest

def _path(text, characters):
    """Whether a text is a relative path that stays below its directory."""
    return _of(text, characters) and len(text) <= _LONGEST_TEXT and all([
        segment and segment not in (".", "..")
        for segment in text.split("/")
    ])

# Debian Policy 5.6.1, 5.6.7: at least two characters.
def _is_debian_name(text):
    return len(text) >= 2 and _word(text, _LOWER + _DIGITS + "+-.", first = _LOWER + _DIGITS)

# Debian Policy 5.6.12. A colon is part of the upstream version only after an epoch.
def _is_debian_version(text):
    epoch, colon, rest = text.partition(":")
    if colon and (not _of(epoch, _DIGITS) or len(epoch) > 10):
        return False
    upstream = rest if colon else text
    return not upstream.endswith("-") and _word(upstream, _ALPHANUMERIC + ".+-~" + (":" if colon else ""))

# Debian Policy 11.1.
def _is_debian_architecture(text):
    return _word(text, _LOWER + _DIGITS + "-", first = _LOWER + _DIGITS, longest = 32)

# Debian Policy 5.6.19 and the repository format: below the archive's root. Flat repositories begin
# paths with `./`; some archives write an epoch's colon, a plus or a tilde as an escape.
def _is_pool_path(text):
    path = text.removeprefix("./")
    for escape in ("%3a", "%3A", "%2b", "%2B", "%7e", "%7E"):
        path = path.replace(escape, "_")
    return _path(path, _ALPHANUMERIC + "+._~:^,=-/")

def _is_archive_name(text):
    return _word(text, _ALPHANUMERIC + "._-")

def _is_suite(text):
    return text in ("/", "./") or (_word(text, _ALPHANUMERIC + "+._~/-") and ".." not in text)

def _is_stamp(text):
    day, separator, time = text.partition("T")
    return separator and len(day) == 8 and _of(day, _DIGITS) and len(time) == 7 and time.endswith("Z") and _of(time[:-1], _DIGITS)

def _is_sha256(text):
    return len(text) == 64 and _of(text, _HEXADECIMAL)

def _is_sha512(text):
    return len(text) == 128 and _of(text, _HEXADECIMAL)

# RFC 3986, without user information: it would end up in locks, logs and reports.
def _is_url(text):
    scheme, separator, rest = text.partition("://")
    host = rest.partition("/")[0]
    return (
        separator and scheme in ("http", "https", "file") and len(text) <= _LONGEST_TEXT and
        _of(rest, _ALPHANUMERIC + "-._~:/?#[]@!$&'()*+,;=%") and
        all([len(code) > 1 and _of(code[:2].lower(), _HEXADECIMAL) for code in rest.split("%")[1:]]) and
        "@" not in host.partition("?")[0].partition("#")[0] and
        (scheme == "file" or (host and host[0] not in ":?#"))
    )

def _is_mirror(text):
    return text == "snapshot" or (_is_url(text) and "?" not in text and "#" not in text)

# OCI image spec, "Platform Variants": values of GOARCH, GOOS and GOARM.
def _is_oci_word(text):
    return _word(text, _LOWER + _DIGITS, longest = 32)

def _is_oci_variant(text):
    return _word(text, _LOWER + _DIGITS + ".", longest = 32)

# OCI image spec, "Digests". Images are pinned by SHA-256; layers of others may have SHA-512.
def _is_oci_digest(text):
    algorithm, _, digits = text.partition(":")
    return (algorithm == "sha256" and _is_sha256(digits)) or (algorithm == "sha512" and _is_sha512(digits))

# RFC 6838, 4.2.
def _is_media_type(text):
    kind, separator, subtype = text.partition("/")
    return separator and all([_word(part, _ALPHANUMERIC + "!#$&-^_.+", longest = 127) for part in (kind, subtype)])

# OCI distribution spec: `HOST[:PORT]/NAME`.
def _is_oci_repository(text):
    host, separator, path = text.partition("/")
    name, colon, port = (host, "", "") if host.endswith("]") else host.rpartition(":") if ":" in host else (host, "", "")
    address = name[1:-1] if name.startswith("[") and name.endswith("]") else ""
    return (
        separator and len(text) <= 255 + len(host) and
        (not colon or (_of(port, _DIGITS) and len(port) <= 5)) and
        (_of(address, _HEXADECIMAL + "ABCDEF:") if address else _word(name, _ALPHANUMERIC + "-.")) and
        all([
            _word(segment, _LOWER + _DIGITS + "._-", first = _LOWER + _DIGITS) and segment[-1] in _LOWER + _DIGITS
            for segment in path.split("/")
        ])
    )

# PEP 508, "Names".
def _is_pypi_name(text):
    return _word(text, _ALPHANUMERIC + "._-") and text[-1] in _ALPHANUMERIC

# PEP 440, with the spellings that it normalizes; without wildcards.
def _is_pypi_version(text):
    return _word(text, _ALPHANUMERIC + ".!+_-", first = _DIGITS + "vV", longest = 128) and text[-1] in _ALPHANUMERIC

# PEP 427: NAME-VERSION[-BUILD]-PYTHON-ABI-PLATFORM.whl
def _is_wheel_filename(text):
    parts = text.removesuffix(".whl").split("-")
    return text.endswith(".whl") and len(text) <= 255 and len(parts) in (5, 6) and all([_of(part, _ALPHANUMERIC + "._+!") for part in parts]) and text[0] in _ALPHANUMERIC

# validate-npm-package-name; old packages have capitals.
def _is_npm_name(text):
    if len(text) > _LONGEST_NAME:
        return False
    scope, separator, name = text.rpartition("/")
    if separator and (not scope.startswith("@") or not _word(scope[1:], _ALPHANUMERIC + "-._~", first = _ALPHANUMERIC + "-~")):
        return False
    return _word(name, _ALPHANUMERIC + "-._~", first = _ALPHANUMERIC + "-~") and name not in ("node_modules", "favicon.ico")

def _is_npm_path(text):
    first, separator, rest = text.partition("node_modules/")
    return bool(separator) and not first and all([_is_npm_name(name) for name in rest.split("/node_modules/")])

# Semantic Versioning 2.0.0.
def _is_npm_version(text):
    numbers, plus, build = text.partition("+")
    numbers, minus, extra = numbers.partition("-")
    parts = numbers.split(".")
    return (
        len(text) <= 256 and len(parts) == 3 and all([_of(part, _DIGITS) for part in parts]) and
        all([
            _of(part, _ALPHANUMERIC + "-")
            for suffix in ([extra] if minus else []) + ([build] if plus else [])
            for part in suffix.split(".")
        ])
    )

# Subresource Integrity: the digest in base64. SHA-1 does not pin, and neither does an empty value.
_INTEGRITY_LENGTHS = {"sha256": (43, 1), "sha384": (64, 0), "sha512": (86, 2)}

def _is_integrity(text):
    algorithm, _, digest = text.partition("-")
    if algorithm not in _INTEGRITY_LENGTHS:
        return False
    length, padding = _INTEGRITY_LENGTHS[algorithm]
    return len(digest) == length + padding and digest.endswith("=" * padding) and _of(digest[:length], _ALPHANUMERIC + "+/")

# What package managers accept, regardless of Policy: dpkg(1), apk-package(5).
def _is_installed_name(text):
    return text not in (".", "..") and _word(text, _ALPHANUMERIC + "+_.-", first = _ALPHANUMERIC + "_.")

# apk-package(5).
def _is_apk_version(text):
    return _word(text, _ALPHANUMERIC + "._~+-", first = _DIGITS)

# PyPA, "Entry points specification".
def _is_script_name(text):
    return _word(text, _ALPHANUMERIC + "_.+-", first = _ALPHANUMERIC + "_", longest = 128)

# A name or a pattern in an archive. It may have any letters, of any language.
def _is_archive_path(text):
    return bool(text) and len(text) <= _LONGEST_TEXT and "\\" not in text and not _has_control(text) and all([
        segment and segment not in (".", "..")
        for segment in text.split("/")
    ])

def _has_control(text):
    return any([character in text for character in _CONTROL.elems()])

def _is_text(text):
    return bool(text) and len(text) <= _LONGEST_TEXT and not _has_control(text)

def _is_size(number):
    return 0 <= number and number < _LARGEST_SIZE

# Kind of field -> (type, check, what it should be).
_GRAMMARS = {
    "apk_version": ("string", _is_apk_version, "a digit, then letters, digits and ._~+- (apk-package(5))"),
    "archive_name": ("string", _is_archive_name, "letters, digits and ._-"),
    "archive_path": ("string", _is_archive_path, "a relative path without .., backslashes and control characters"),
    "debian_architecture": ("string", _is_debian_architecture, "lower-case letters, digits and - (Debian Policy 11.1)"),
    "debian_name": ("string", _is_debian_name, "at least two of lower-case letters, digits and +-. (Debian Policy 5.6.7)"),
    "debian_version": ("string", _is_debian_version, "[EPOCH:]UPSTREAM[-REVISION] (Debian Policy 5.6.12)"),
    "installed_name": ("string", _is_installed_name, "letters, digits and +_.-"),
    "integrity": ("string", _is_integrity, "sha256-, sha384- or sha512- and the digest in base64 (Subresource Integrity)"),
    "media_type": ("string", _is_media_type, "TYPE/SUBTYPE (RFC 6838)"),
    "mirror": ("string", _is_mirror, "an http, https or file URL without user name, query and fragment, or snapshot"),
    "npm_name": ("string", _is_npm_name, "NAME or @SCOPE/NAME, as the npm registry allows it"),
    "npm_path": ("string", _is_npm_path, "node_modules/NAME, or such paths in one another"),
    "npm_version": ("string", _is_npm_version, "MAJOR.MINOR.PATCH (Semantic Versioning 2.0.0)"),
    "oci_digest": ("string", _is_oci_digest, "sha256: and 64, or sha512: and 128, hexadecimal digits in lower case"),
    "oci_repository": ("string", _is_oci_repository, "HOST/NAME (OCI distribution spec)"),
    "oci_variant": ("string", _is_oci_variant, "lower-case letters, digits and . (OCI image spec)"),
    "oci_word": ("string", _is_oci_word, "lower-case letters and digits (OCI image spec)"),
    "pool_path": ("string", _is_pool_path, "a path below the archive's root, of letters, digits and +._~:^,=-/"),
    "pypi_name": ("string", _is_pypi_name, "letters, digits and ._- (PEP 508)"),
    "pypi_version": ("string", _is_pypi_version, "a version (PEP 440)"),
    "script_name": ("string", _is_script_name, "letters, digits and _.+-"),
    "sha256": ("string", _is_sha256, "64 hexadecimal digits in lower case"),
    "sha512": ("string", _is_sha512, "128 hexadecimal digits in lower case"),
    "size": ("int", _is_size, "a whole number of bytes, 0 or more"),
    "stamp": ("string", _is_stamp, "a time such as 20261121T091544Z"),
    "suite": ("string", _is_suite, "letters, digits and +._~/-"),
    "text": ("string", _is_text, "text of one line without control characters"),
    "url": ("string", _is_url, "an http, https or file URL without user name"),
    "wheel_filename": ("string", _is_wheel_filename, "NAME-VERSION-PYTHON-ABI-PLATFORM.whl (PEP 427)"),
}

KINDS = sorted(_GRAMMARS)

def shown(value):
    """Return a value from outside in a printable form.

    Args:
      value: Anything that JSON can hold.

    Returns:
      At most 80 characters of ASCII: JSON, with `?` for what is not printable.
    """
    text = json.encode(value)
    if len(text) > _LONGEST_SHOWN:
        text = text[:_LONGEST_SHOWN - 3] + "..."
    return "".join([character if character in _PRINTABLE else "?" for character in text.elems()])

def field_problem(kind, value, field):
    """What is wrong with one field.

    Args:
      kind: What it should be, one of `KINDS`.
      value: What it is, as JSON has it; `None` if it is missing.
      field: Its name, for the message.

    Returns:
      A string for people, or None if nothing is wrong.
    """
    wanted, matches, law = _GRAMMARS[kind]
    if type(value) == wanted and matches(value):
        return None
    if value == None:
        return "{} is missing; it should be {}".format(field, law)
    return "{} = {} should be {}".format(field, shown(value), law)

def fields_problem(kinds, values, optional = {}):
    """What is wrong with an object of JSON.

    Args:
      kinds: Dict from the names of fields that it must have to their kinds.
      values: The object.
      optional: The same, of fields that it may have.

    Returns:
      What `field_problem` says of the first that is wrong, or None.
    """
    if type(values) != "dict":
        return "{} should be an object".format(shown(values))
    for field, kind in kinds.items():
        problem = field_problem(kind, values.get(field), field)
        if problem:
            return problem
    for field, kind in optional.items():
        if values.get(field) != None:
            problem = field_problem(kind, values[field], field)
            if problem:
                return problem
    return None
