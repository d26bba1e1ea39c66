"""Reads the host's apt configuration, in either of its two formats (sources.list(5))."""

load("//rules/private:words.bzl", "words")

visibility("//...")

# The values of `Enabled` that switch a source off.
_SWITCHED_OFF = ("no", "false", "without", "off", "disable", "0")

def deb822_uris(text):
    """The URIs of a `.sources` file.

    Args:
      text: Content of the file.

    Returns:
      List of strings, without those of sources that are switched off.
    """
    uris = []
    for stanza in text.split("\n\n"):
        fields = {}
        name = ""
        for line in stanza.split("\n"):
            if line.startswith("#"):
                continue

            # A field goes on in lines that start with white space.
            if not line.startswith((" ", "\t")):
                name, _, line = line.partition(":")
                name = name.lower()
            fields[name] = fields.get(name, "") + " " + line
        if fields.get("enabled", "").strip().lower() not in _SWITCHED_OFF:
            uris.extend(words(fields.get("uris", "")))
    return uris

def one_line_uris(text):
    """The URIs of a `.list` file.

    Args:
      text: Content of the file.

    Returns:
      List of strings.
    """
    uris = []
    for line in text.split("\n"):
        if line.startswith("deb "):
            options_end = line.find("]")
            uris.extend(words(line[options_end + 1:] if options_end > 0 else line[4:])[:1])
    return uris
