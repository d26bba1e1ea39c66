"""What the rules and the tools alike know of Debian's architectures.

tests/tools/architectures_test.py reads this file as Python.
"""

# `oci` and `variant` are those of images (OCI image spec, "Platform Variants"), `platform` is the name in
# //rules/platforms. `machine` is what `uname -m` says, `triplet` is DEB_HOST_MULTIARCH of
# dpkg-architecture(1), and `nodejs` is `process.arch`; empty where there is no Node.js.
ARCHITECTURE_CASES = [
    {
        "debian": "amd64",
        "machine": "x86_64",
        "nodejs": "x64",
        "oci": "amd64",
        "platform": "linux_amd64",
        "triplet": "x86_64-linux-gnu",
        "variant": "",
    },
    {
        "debian": "arm64",
        "machine": "aarch64",
        "nodejs": "arm64",
        "oci": "arm64",
        "platform": "linux_arm64",
        "triplet": "aarch64-linux-gnu",
        "variant": "v8",
    },
    {
        "debian": "armhf",
        "machine": "armv7l",
        "nodejs": "arm",
        "oci": "arm",
        "platform": "linux_arm_v7",
        "triplet": "arm-linux-gnueabihf",
        "variant": "v7",
    },
    {
        "debian": "i386",
        "machine": "i686",
        "nodejs": "ia32",
        "oci": "386",
        "platform": "linux_386",
        "triplet": "i386-linux-gnu",
        "variant": "",
    },
    {
        "debian": "ppc64el",
        "machine": "ppc64le",
        "nodejs": "ppc64",
        "oci": "ppc64le",
        "platform": "linux_ppc64le",
        "triplet": "powerpc64le-linux-gnu",
        "variant": "",
    },
    {
        "debian": "riscv64",
        "machine": "riscv64",
        "nodejs": "riscv64",
        "oci": "riscv64",
        "platform": "linux_riscv64",
        "triplet": "riscv64-linux-gnu",
        "variant": "",
    },
    {
        "debian": "s390x",
        "machine": "s390x",
        "nodejs": "s390x",
        "oci": "s390x",
        "platform": "linux_s390x",
        "triplet": "s390x-linux-gnu",
        "variant": "",
    },
]
