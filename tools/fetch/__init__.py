"""Finds the bytes of an archive, and fetches them complete and unaltered.

Knows URLs, mirrors, the host's apt configuration, retries and digests. It must not know what it
fetches: no control file, no version, no lock. Callers name the URLs, the size and the SHA-256.
"""
