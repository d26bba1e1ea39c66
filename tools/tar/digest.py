"""Hashes by OpenSSL, which uses the CPU's own instructions.

``_hashlib`` is the part of ``hashlib`` that binds OpenSSL; importing only this part is faster.
Without it, every build would be several times slower.
"""

from __future__ import annotations

try:
    from _hashlib import openssl_md5 as md5
    from _hashlib import openssl_sha1 as sha1
    from _hashlib import openssl_sha256 as sha256
    from _hashlib import openssl_sha384 as sha384
    from _hashlib import openssl_sha512 as sha512
except ImportError:
    from hashlib import md5, sha1, sha256, sha384, sha512

__all__ = ["md5", "sha1", "sha256", "sha384", "sha512"]
