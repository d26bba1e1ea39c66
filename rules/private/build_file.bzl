"""The one writer of generated BUILD and .bzl files.

Values are always quoted: a string stays a string, whatever it holds. Only names of rules,
attributes and constants are code, and those are in our own files.
"""

visibility("//...")

_CONTROL = "\000\001\002\003\004\005\006\007\010\011\012\013\014\015\016\017\020\021\022\023\024\025\026\027\030\031\032\033\034\035\036\037\177"
_IDENTIFIER = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

def _code(text):
    # JSON has no structs, so nothing from outside can be one.
    return struct(code = text)

def _identifier(text):
    if not text or text.strip(_IDENTIFIER) or text[0].isdigit():
        fail("'{}' is not an identifier".format(text))
    return text

def literal(value, indent = ""):
    """A value as Starlark text.

    Args:
      value: A string, number, boolean, None, Label, list or dict of such, or what `glob_call` or `select_call` gave.
      indent: White space before the line that it ends up in.

    Returns:
      A string that Starlark evaluates to an equal value; labels become strings.
    """
    kind = type(value)
    if kind == "struct":
        return value.code.replace("\n", "\n" + indent)
    if kind in ("list", "tuple"):
        return _lines("[", [_quoted(item) for item in value], "]", indent)
    if kind == "dict":
        return _lines("{", ["{}: {}".format(_quoted(key), _quoted(item)) for key, item in value.items()], "}", indent)
    return _quoted(value)

def _lines(opening, items, closing, indent):
    if not items:
        return opening + closing
    return "{}\n{}{}{}".format(opening, "".join(["{}    {},\n".format(indent, item) for item in items]), indent, closing)

def _quoted(value):
    """One value in one line. Starlark's own `repr` escapes what could end a string."""
    kind = type(value)
    if kind not in ("string", "Label", "int", "bool", "NoneType", "list", "tuple", "dict"):
        fail("a {} cannot be written into a BUILD file".format(kind))
    text = repr(str(value) if kind == "Label" else value)
    if any([character in text for character in _CONTROL.elems()]):
        fail("{} has a control character; it cannot be written into a BUILD file".format(json.encode(text)))
    return text

def glob_call(patterns, **options):
    """A `glob`, as the value of an attribute.

    Args:
      patterns: List of patterns.
      **options: Other arguments of `glob`.

    Returns:
      What `literal` takes.
    """
    return _code("glob({})".format(", ".join(
        [literal(patterns)] + ["{} = {}".format(_identifier(name), literal(value)) for name, value in options.items()],
    )))

def select_call(choices, no_match_error = None, always = None):
    """A `select`, as the value of an attribute.

    Args:
      choices: Dict from labels of conditions to values.
      no_match_error: The message when none matches.
      always: List to add to a list that is selected.

    Returns:
      What `literal` takes.
    """
    text = literal({str(condition): value for condition, value in choices.items()})
    if no_match_error:
        text += ", no_match_error = " + literal(no_match_error)
    return _code(("{} + ".format(literal(always)) if always else "") + "select({})".format(text))

def load_statement(file, *symbols):
    """A `load`.

    Args:
      file: Label of the file.
      *symbols: Names to load.

    Returns:
      Text for a BUILD file.
    """
    return "load({})\n".format(", ".join([literal(text) for text in (str(file),) + symbols]))

def public_package():
    """Return the line that makes all targets of a generated BUILD file visible.

    Returns:
      Text for a BUILD file.
    """
    return call("package", default_visibility = ["//visibility:public"])

def call(rule, **attributes):
    """A target, or another call.

    Args:
      rule: Name of the rule, from our own text.
      **attributes: Its attributes, values such as `literal` takes.

    Returns:
      Text for a BUILD file.
    """
    return "\n{}(\n{})\n".format(_identifier(rule), "".join([
        "    {} = {},\n".format(_identifier(name), literal(value, "    "))
        for name, value in attributes.items()
    ]))

def assignment(name, value):
    """A constant of a .bzl file.

    Args:
      name: Its name, from our own text.
      value: Such as `literal` takes.

    Returns:
      Text for a .bzl file.
    """
    return "{} = {}\n".format(_identifier(name), literal(value))
