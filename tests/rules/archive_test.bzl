"""Tests of what the `archive` extension knows of locks and digests."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//rules/private/archive:integrity.bzl", "digest_of", "integrity_of")  # buildifier: disable=bzl-visibility
load("//rules/private/archive:lockfile.bzl", "parse_archives")  # buildifier: disable=bzl-visibility

# Of the empty file.
_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
_SHA512 = (
    "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce" +
    "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"
)

def _integrity_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", integrity_of({"sha256": _SHA256}))
    asserts.equals(
        env,
        "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==",
        integrity_of({"sha512": _SHA512}),
    )
    asserts.equals(env, "", integrity_of({}))
    asserts.equals(env, ("sha256", _SHA256), digest_of({"sha256": _SHA256}))
    return unittest.end(env)

def _lock_impl(ctx):
    env = unittest.begin(ctx)
    archives = {
        "tool": {
            "architectures": {"amd64": {"sha256": _SHA256, "url": "https://tool.example/tool.tar.gz"}},
            "license": "MIT",
            "name": "tool",
            "version": "1.0",
        },
    }
    asserts.equals(env, (archives, None), parse_archives(json.encode({"archives": archives, "version": 1}), "lock"))
    return unittest.end(env)

_integrity_test = unittest.make(_integrity_impl)
_lock_test = unittest.make(_lock_impl)

def archive_test_suite(name):
    """All tests of this file.

    Args:
      name: Name of the suite.
    """
    unittest.suite(name, _integrity_test, _lock_test)
