"""Reads locks of images. tools/registry/image_lock.py writes them."""

load("//rules/private:grammar.bzl", "fields_problem", "shown")

visibility("//...")

_VERSION = 1
_NAME = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"

def parse_image_lock(text, label):
    """Read the content of a lock of images.

    Args:
      text: The content.
      label: Label of the file, for messages.

    Returns:
      Dict from name to a dict with `image` and `digest`, and None; or None and what is wrong.
    """
    lock = json.decode(text, default = None)
    if type(lock) != "dict" or type(lock.get("images")) != "dict":
        return None, "{}: not a lock of images".format(label)
    if lock.get("version") != _VERSION:
        return None, "{}: the lock has format version {}, and this version of Plinth reads version {}".format(label, lock.get("version"), _VERSION)
    for name, image in lock["images"].items():
        problem = fields_problem({"digest": "oci_digest", "image": "oci_repository"}, image)
        if not problem and not image["digest"].startswith("sha256:"):
            problem = "images are pinned by sha256"
        if not problem and (not name or name.strip(_NAME) or not name[0].isalpha()):
            problem = "the name should have letters, digits, - and _ only, and begin with a letter"
        if problem:
            return None, "{}: image {}: {}".format(label, shown(name), problem)
    return lock["images"], None
