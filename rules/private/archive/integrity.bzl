"""Digests in the form that Bazel's downloader takes."""

visibility("//...")

_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

# Hexadecimal digits of each algorithm.
_DIGITS = {"sha256": 64, "sha512": 128}

def digest_of(described, where):
    """The digest that an object of a lock states.

    Args:
      described: Dict with `sha256` or `sha512`, or neither.
      where: What it describes, for error messages.

    Returns:
      A tuple of algorithm and hexadecimal digits; (None, None) if it states none.
    """
    for algorithm, digits in _DIGITS.items():
        text = described.get(algorithm)
        if text != None:
            if len(text) != digits or text.strip("0123456789abcdef"):
                fail("{}: {} '{}' should be {} hexadecimal digits in lower case".format(where, algorithm, text, digits))
            return algorithm, text
    return None, None

def integrity_of(described, where):
    """The same as Subresource Integrity, which `download` of a repository context takes.

    Args:
      described: Dict with `sha256` or `sha512`, or neither.
      where: What it describes, for error messages.

    Returns:
      A string such as `sha256-47DEQpj8…`; empty if no digest is stated.
    """
    algorithm, text = digest_of(described, where)
    return "{}-{}".format(algorithm, _base64(text)) if algorithm else ""

def _base64(text):
    """Base64 (RFC 4648) of bytes given as hexadecimal digits."""
    encoded = ""
    for start in range(0, len(text), 6):
        digits = text[start:start + 6]
        number = int((digits + "0000")[:6], 16)
        sextets = [(number >> shift) & 63 for shift in (18, 12, 6, 0)]
        kept = len(digits) // 2 + 1
        encoded += "".join([_BASE64[sextet] for sextet in sextets[:kept]]) + "=" * (4 - kept)
    return encoded
