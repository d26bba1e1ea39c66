"""Where the bytes of an archive can be found, and how they get here whole and unaltered.

Knows URLs, mirrors, the host's apt configuration, retries and digests. It must not know what it
fetches: no control file, no version, no lock. Whoever asks names the URLs, the size and the sha256.
"""
