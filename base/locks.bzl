"""What is locked for each release: packages and architectures.

A file of its own, because it cannot be loaded before there are locks, and //base makes them.
"""

load("@debian12//:lock.bzl", _PLATFORMS_12 = "PLATFORMS", _VERSIONS_12 = "VERSIONS")
load("@debian13//:lock.bzl", _PLATFORMS_13 = "PLATFORMS", _VERSIONS_13 = "VERSIONS")

# By name of the distribution. `platforms`: from Debian's architectures to platforms. `versions`: by
# architecture and name of the package.
LOCKS = {
    "debian12": struct(platforms = _PLATFORMS_12, versions = _VERSIONS_12),
    "debian13": struct(platforms = _PLATFORMS_13, versions = _VERSIONS_13),
}
