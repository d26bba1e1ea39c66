"""The sets of packages that reports show for scale."""

# Google's images for Debian 13: exactly these packages, and of them every file.
_GOOGLE_STATIC = ["base-files", "media-types", "netbase", "tzdata", "tzdata-legacy"]
_GOOGLE_BASE = _GOOGLE_STATIC + ["libc6", "libssl3t64", "libzstd1", "zlib1g"]
_GOOGLE_CC = _GOOGLE_BASE + ["gcc-14-base", "libgcc-s1", "libgomp1", "libstdc++6"]
_GOOGLE_PYTHON3 = _GOOGLE_CC + [
    "libbz2-1.0",
    "libc-bin",
    "libcom-err2",
    "libcrypt1",
    "libdb5.3t64",
    "libexpat1",
    "libffi8",
    "libgssapi-krb5-2",
    "libk5crypto3",
    "libkeyutils1",
    "libkrb5-3",
    "libkrb5support0",
    "liblzma5",
    "libncursesw6",
    "libnsl2",
    "libpython3.13-minimal",
    "libpython3.13-stdlib",
    "libreadline8t64",
    "libsqlite3-0",
    "libtinfo6",
    "libtirpc3t64",
    "libuuid1",
    "python3.13-minimal",
    "python3.13-venv",
]

# Debian's slim image: the essential and required packages, apt, and what they depend on.
_DEBIAN_SLIM = [
    "apt",
    "base-files",
    "base-passwd",
    "bash",
    "bsdutils",
    "coreutils",
    "dash",
    "debconf",
    "debian-archive-keyring",
    "debianutils",
    "diffutils",
    "dpkg",
    "findutils",
    "grep",
    "gzip",
    "hostname",
    "init-system-helpers",
    "libc-bin",
    "libpam-modules",
    "libpam-runtime",
    "login",
    "login.defs",
    "mawk",
    "mount",
    "ncurses-base",
    "ncurses-bin",
    "passwd",
    "perl-base",
    "sed",
    "sysvinit-utils",
    "tar",
    "tzdata",
    "util-linux",
]

SETS = {
    "debian_slim": struct(title = "debian:13-slim", packages = _DEBIAN_SLIM, dependencies = True),
    "google_static": struct(title = "Google static", packages = _GOOGLE_STATIC, dependencies = False),
    "google_cc": struct(title = "Google cc", packages = _GOOGLE_CC, dependencies = False),
    "google_python3": struct(title = "Google python3", packages = _GOOGLE_PYTHON3, dependencies = False),
}
