"""Writes software bills of materials of images: SPDX 2.3 and CycloneDX 1.6.

Knows both formats, package URLs and the names of licenses; reads the facts of images. It must not
know how an image is built or where it goes, and uses no network.
"""
