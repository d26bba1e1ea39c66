"""The ABIs of Debian's architectures: ELF headers, and directories of libraries.

System V psABI of each architecture; https://wiki.debian.org/Multiarch/Tuples.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.errors import PlinthError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


@dataclass(frozen=True, slots=True)
class Abi:
    """One architecture.

    Attributes:
        name: Debian's.
        triplet: its directory of libraries.
        width: 32 or 64.
        endian: "little" or "big".
        machine: e_machine.
        loader: path of glibc's dynamic loader.
        flags_mask: the relevant bits of e_flags.
        flags: what those may be.
    """

    name: str
    triplet: str
    width: int
    endian: str
    machine: int
    loader: str
    flags_mask: int = 0
    flags: tuple[int, ...] = (0,)

    def fits(self, elf: Mapping[str, Any]) -> bool:
        """Return whether an object is for this architecture, by the facts of ``parse_elf``."""
        return (
            (elf["class"], elf["endian"], elf["machine"]) == (self.width, self.endian, self.machine)
            and elf["flags"] & self.flags_mask in self.flags
        )  # fmt: skip


# EF_ARM_ABI_FLOAT_HARD is 0x400, _SOFT 0x200; objects without floating point have neither.
# EF_RISCV_FLOAT_ABI is 6, the double-precision ABI 4.
_ABIS = (
    Abi("amd64", "x86_64-linux-gnu", 64, "little", 62, "/lib64/ld-linux-x86-64.so.2"),
    Abi("arm64", "aarch64-linux-gnu", 64, "little", 183, "/lib/ld-linux-aarch64.so.1"),
    Abi("armhf", "arm-linux-gnueabihf", 32, "little", 40, "/lib/ld-linux-armhf.so.3",
        0x600, (0x400, 0)),
    Abi("armel", "arm-linux-gnueabi", 32, "little", 40, "/lib/ld-linux.so.3", 0x600, (0x200, 0)),
    Abi("i386", "i386-linux-gnu", 32, "little", 3, "/lib/ld-linux.so.2"),
    Abi("ppc64el", "powerpc64le-linux-gnu", 64, "little", 21, "/lib64/ld64.so.2"),
    Abi("riscv64", "riscv64-linux-gnu", 64, "little", 243, "/lib/ld-linux-riscv64-lp64d.so.1",
        6, (4,)),
    Abi("s390x", "s390x-linux-gnu", 64, "big", 22, "/lib/ld64.so.1"),
)  # fmt: skip

ABIS = {abi.name: abi for abi in _ABIS}
"""By Debian's name."""


def abi_of(architecture: str) -> Abi:
    """Return the ABI of an architecture, by Debian's name.

    Raises:
        PlinthError: it is not known here.
    """
    if architecture not in ABIS:
        raise PlinthError(f"{architecture}: no such architecture\n  known: {', '.join(ABIS)}")
    return ABIS[architecture]


def name_abi(elf: Mapping[str, Any]) -> str:
    """Return a name for the architecture of an object."""
    for abi in _ABIS:
        if abi.fits(elf):
            return abi.name
    return f"{elf['class']}-bit {elf['endian']}-endian machine {elf['machine']}"
