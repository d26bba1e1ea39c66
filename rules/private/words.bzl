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
