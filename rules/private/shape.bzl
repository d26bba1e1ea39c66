"""Checks the types of the values of a document."""

load("//rules/private:endless.bzl", "ENDLESS")

visibility("//...")

# In place of a key: every key of a table.
ANY_KEY = "*"

_KINDS = {
    "dict": "a table",
    "list": "a list",
    "string": "text",
}

def shape_problem(value, shape):
    """Return what is wrong with the types of values in a document.

    Args:
      value: The document.
      shape: What it should be: "string"; a list of the shape of each item; or a dict of shapes by
        key, or under `ANY_KEY`. Other keys may have anything.

    Returns:
      A string for people, such as `packages[3].name should be text`, or None.
    """
    pending = [("", value, shape)]

    for _ in ENDLESS:
        if not pending:
            break
        place, value, shape = pending.pop()
        kind = shape if type(shape) == "string" else type(shape)
        if type(value) != kind:
            return "{} should be {}".format(place or "it", _KINDS[kind])
        if kind == "list":
            pending += [("{}[{}]".format(place, number), item, shape[0]) for number, item in enumerate(value)]
        elif kind == "dict":
            for key, item in value.items():
                known = ANY_KEY if ANY_KEY in shape else key
                if known in shape:
                    pending.append(("{}.{}".format(place, known) if place else known, item, shape[known]))
    return None
