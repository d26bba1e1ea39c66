"""Splits text into words."""

visibility("//...")

def words(text):
    """The words of a text, as Python's `str.split()` gives them.

    Args:
      text: A string.

    Returns:
      List of strings without white space.
    """
    return [word for word in text.replace("\t", " ").replace("\n", " ").replace("\r", " ").split(" ") if word]

def without_byte_order_mark(text):
    """A text without the mark that some editors begin UTF-8 with.

    Args:
      text: A string, of bytes, as Bazel reads files.

    Returns:
      A string.
    """
    return text.removeprefix("\357\273\277")
