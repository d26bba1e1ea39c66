"""Which known vulnerabilities an image or a lock has, by a pinned database.

Knows the data of Debian's security tracker, OSV records and OpenVEX statements, and what each says
about a version. It must not fetch anything, nor ask what day it is: equal inputs, equal findings.
"""
