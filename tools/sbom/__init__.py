"""What is in an image, as a software bill of materials: SPDX 2.3 and CycloneDX 1.6.

Knows both formats, package URLs and the names of licenses; reads the facts of images. It must not
know how an image is built or where it goes, and looks nothing up anywhere.
"""
