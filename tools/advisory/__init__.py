"""Finds the known vulnerabilities of an image or a lock, in a pinned database.

Knows the data of Debian's security tracker, OSV records and OpenVEX statements, and what each says
about a version. It must not fetch anything or read the clock: equal inputs give equal findings.
"""
