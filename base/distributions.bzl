"""The releases of Debian that images are built from; each has a lock of its name beside this file."""

DISTRIBUTIONS = {
    "debian13": struct(codename = "trixie", version = "13"),
}
