"""Loads a library from a Debian package and a module from a wheel."""

import ctypes

import humanize

version = ctypes.CDLL("libpq.so.5").PQlibVersion()
print(f"libpq {version // 10000}, {humanize.naturalsize(1_000_000)}")
