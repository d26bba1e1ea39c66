"""The releases of Debian that images are built from, and what is locked of them."""

DISTRIBUTIONS = {
    "debian12": struct(codename = "bookworm", version = "12"),
    "debian13": struct(codename = "trixie", version = "13"),
}

# Each has a manifest and a lock of its name next to this file.
LOCKED = list(DISTRIBUTIONS) + ["services"]
