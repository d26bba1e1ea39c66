"""Digests in the form of Bazel's downloader."""

load("//rules/private:grammar.bzl", "field_problem")

visibility("//...")

_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

_ALGORITHMS = ("sha256", "sha512")

def digest_of(described):
    """The digest that an object of a lock states.

    Args:
      described: Dict with `sha256` or `sha512`, or neither; checked.

    Returns:
      A tuple of algorithm and hexadecimal digits; (None, None) if it states none.
    """
    for algorithm in _ALGORITHMS:
        if described.get(algorithm) != None:
            return algorithm, described[algorithm]
    return None, None

def digest_problem(described):
    """What is wrong with the digests of an object of a lock: it must state at least one.

    Args:
      described: Dict with `sha256` or `sha512`.

    Returns:
      A string for people, or None.
    """
    for algorithm in _ALGORITHMS:
        if described.get(algorithm) != None:
            problem = field_problem(algorithm, described[algorithm], algorithm)
            if problem:
                return problem
    return None if digest_of(described)[0] else "it has neither 'sha256' nor 'sha512'"

def integrity_of(described):
    """The same as Subresource Integrity, which `download` of a repository context takes.

    Args:
      described: Dict with `sha256` or `sha512`, or neither; checked.

    Returns:
      A string such as `sha256-47DEQpj8…`; empty if no digest is stated.
    """
    algorithm, text = digest_of(described)
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
