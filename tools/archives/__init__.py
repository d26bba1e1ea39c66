"""Reads archive locks, and the upstream releases that they can move to.

Unpacks upstream archives, wheels and npm packages. Does not know Debian's packages.
"""
