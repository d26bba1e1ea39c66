"""Splits text into words."""

visibility("//...")

def words(text):
    """Return the words of a text, like Python's `str.split()`.

    Args:
      text: A string.

    Returns:
      List of strings without white space.
    """
    return [word for word in text.replace("\t", " ").replace("\n", " ").replace("\r", " ").split(" ") if word]

def without_byte_order_mark(text):
    """Return a text without the byte order mark that some editors write.

    Args:
      text: A string, of bytes, as Bazel reads files.

    Returns:
      A string.
    """
    return text.removeprefix("\357\273\277")
