"""Reads the package indexes of the user's pip configuration."""

load("//rules/private:words.bzl", "words")

visibility("//...")

_FILES = ["{config}/pip/pip.conf", "{home}/.config/pip/pip.conf", "{home}/.pip/pip.conf", "/etc/pip.conf"]

def configured_indexes(rctx):
    """Return the indexes of pip's environment variables and configuration files.

    Args:
      rctx: The repository context.

    Returns:
      Struct: `main`, the URL of the index, or None where none is set; `extra`, URLs of those to ask
      after it.
    """
    home = rctx.getenv("HOME") or "/root"
    places = [rctx.getenv("PIP_CONFIG_FILE")] + [
        file.format(config = rctx.getenv("XDG_CONFIG_HOME") or home + "/.config", home = home)
        for file in _FILES
    ]
    settings = {}
    for place in places:
        path = rctx.path(place) if place and place.startswith("/") else None
        if path and path.exists:
            for key, value in _settings(rctx.read(path, watch = "no")).items():
                settings.setdefault(key, value)
    main = rctx.getenv("PLINTH_PYPI_INDEX") or rctx.getenv("PIP_INDEX_URL") or settings.get("index-url")
    extra = rctx.getenv("PIP_EXTRA_INDEX_URL") or settings.get("extra-index-url") or ""
    return struct(main = main.strip() if main else None, extra = words(extra))

def _settings(text):
    """Return keys and values of pip's configuration, of all sections; a value may have several lines."""
    found = {}
    key = None
    for line in text.split("\n"):
        if key and line[:1] in (" ", "\t") and line.strip():
            found[key] += " " + line.strip()
            continue
        name, separator, value = line.partition("=")
        key = name.strip() if separator and line[:1] not in ("#", ";") else None
        if key:
            found[key] = value.strip()
    return found
