"""The releases of Debian that images are built from; each has a manifest and a lock of its name beside this file."""

DISTRIBUTIONS = {
    "debian12": struct(codename = "bookworm", version = "12"),
    "debian13": struct(codename = "trixie", version = "13"),
}
