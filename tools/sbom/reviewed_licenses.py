"""Licenses of copyright files in prose, reviewed by people.

Debian Policy 12.5 requires the text of the licenses, not the machine-readable format. Each of these
files was read. The table has its hash, so an entry is valid only for this text. It names all
licenses of the source package, as machine-readable files do.
"""

from __future__ import annotations

from collections.abc import Mapping

REVIEWED: Mapping[str, tuple[str, ...]] = {
    # base-files
    "fd7e4aae7e7b05f217bcf2d02322825c360e66c52c4c2f1b28d784d6297a1c23": ("GPL-2+",),
    # busybox
    "336d995e819d3a7a3fdbf3f5041c07094f75ee849acb3bb742b7503d45786329": ("GPL-2",),
    # fontconfig
    "b215a61cdd3e62b5b17cc28b1852c78acb3dd38be0fb30706f7efc050dba91db": ("HPND-sell-variant",),
    # gcc-12
    "da8191658b3452ce9caf31638ba61dab31a38c619fa39df119812e050f592fd3": (
        "GPL-3+",
        "GPL-3+ with GCC exception",
        "LGPL-2.1+",
        "LGPL-2+",
        "BSD-3-clause",
        "NCSA",
        "Expat",
        "Zlib",
        "GFDL-1.2+",
        "Artistic or GPL-1+",
    ),
    # gcc-14
    "20390f8a6f3b1e4d7cb45dd8652dabb259bbef688cbad839bcdb0b9ba7252f79": (
        "GPL-3+",
        "GPL-3+ with GCC exception",
        "LGPL-2.1+",
        "LGPL-2+",
        "BSD-3-clause",
        "NCSA",
        "Expat",
        "Zlib",
        "GFDL-1.2+",
        "GFDL-1.3+",
        "Artistic or GPL-1+",
    ),
    # glibc
    "40c7e1f2118531f038ca22999bd976901254e1bc5cd1b0f0211bdd064c599987": (
        "LGPL-2.1+",
        "GPL-2",
        "BSD-3-clause",
        "ISC",
        "public-domain",
    ),
    # gnutls28
    "a07e99815cf1998f1dabbc21fe199460bfa09b85ead0d56b49a32cac3d1791b5": (
        "LGPL-2.1+",
        "GPL-3+",
        "GFDL-1.3+",
    ),
    # krb5
    "936728f4181718f42951b881c1e8f1386bf6b2723c4fbc533c374d6f42c71816": (
        "MIT",
        "BSD-2-clause",
        "BSD-3-clause",
        "CC-BY-SA-3.0",
    ),
    # libgcrypt20
    "4feae258cab1ad4743fb569a77e0b2a5b7a0199520bdbc0a613916291b9aa8a8": (
        "LGPL-2.1+",
        "GPL-2+",
        "BSD-3-clause",
        "X11",
        "public-domain",
    ),
    # libtasn1-6
    "5f9f7b538d221104bdb561ae80fd794ec5f813eb8fd04650293bddcc0f856e7d": ("LGPL-2.1+", "GPL-3+"),
    # libx11
    "0b380a7fd5b2228f26e9585e56f14812efd3350f3df307507d2bc055dfd8de3e": (
        "MIT",
        "X11",
        "HPND",
        "HPND-sell-variant",
    ),
    # libxau
    "118dd263a7b91c8f21c489f949bf13281dff9e766deea92b829dac4dce66601a": ("MIT-open-group",),
    # libxcb
    "4f7cb9db6bf6542f5417e3d674c780d3a5fd12291a54d63054fb576ee0cfae80": ("X11",),
    # libxcrypt
    "5a5e7ca0e9f3f9679977e3a3e9ede45ad92885a3297ea78e766979f9866c5a16": (
        "LGPL-2.1+",
        "BSD-3-clause",
        "BSD-2-clause",
        "0BSD",
        "public-domain",
    ),
    # libxdmcp
    "1bcbb50f8603fe8b86d330bfa460b772ea04fbd3c70e4499f0768b5340b9fd6e": ("MIT-open-group",),
    # libxext
    "bc57e445ca1d9fe082c8d54189dd411ff26caa8552c9c63d44ea06a982f32124": (
        "MIT",
        "X11",
        "HPND",
        "HPND-sell-variant",
    ),
    # libxrender
    "ed2a78123a5076b4f11da38cb1ffb85b5cb9fdc26b5746c517b1d7e7a9029704": ("HPND-sell-variant",),
    # libxslt
    "4b82c8dd6e55001a5921bea1d6db20be5c51e5976d892e870324026c23f37b6f": ("X11",),
    # libxss
    "3ebbe713ac6980aefc18dcf407c94f51bbf02852463294bbb6dc1ee1f9fad9c3": ("X11",),
    # mpfr4
    "c434a44e656a89e72b5cee13bba6719011e0899bfc626ab9c08205010ab2dbbe": (
        "LGPL-3+",
        "GFDL-NIV-1.2+",
    ),
    # numactl
    "179c34f5e56cd0b6b73dd7970a97357ee784e2236e8293826656c7ebb3bface7": ("GPL-2", "LGPL-2.1"),
    # python3.11, python3.13
    "f1cbf908e1daa8789b389fdcf17811ed36b675d736b39a103591399861350382": (
        "Python-2.0",
        "BSD-3-clause",
        "Expat",
        "Zlib",
        "ISC",
        "HPND",
    ),
    # rtmpdump
    "4302abcc1ea1b6cbe8d19c79b892acf78878030220210707c19006828866207c": ("GPL-2+", "LGPL-2.1+"),
    # tcl8.6
    "e925aa8863f0c9eda3625ce2cb16c0d5017fca248c5bd6af97006df5d9c6199c": ("TCL",),
    # tk8.6
    "55756939bc322e1ddb187794a0deb8bdf72349ecba34b429446782cd04ea4cef": ("TCL",),
    # xft
    "5960983c962c864d7d73eae6bb9b3b06c1940a23fc6d22ce10ef0f0cde8fd48d": ("HPND-sell-variant",),
}
"""SHA-256 of ``/usr/share/doc/NAME/copyright``: names as Debian's format has them, or SPDX's."""
