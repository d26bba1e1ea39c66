"""File capabilities as the kernel keeps them: capabilities(7), ``struct vfs_cap_data``."""

from __future__ import annotations

from struct import pack

from tools.errors import PlinthError

# linux/capability.h, in the order of their numbers.
_NAMES = (
    "chown", "dac_override", "dac_read_search", "fowner", "fsetid", "kill", "setgid", "setuid",
    "setpcap", "linux_immutable", "net_bind_service", "net_broadcast", "net_admin", "net_raw",
    "ipc_lock", "ipc_owner", "sys_module", "sys_rawio", "sys_chroot", "sys_ptrace", "sys_pacct",
    "sys_admin", "sys_boot", "sys_nice", "sys_resource", "sys_time", "sys_tty_config", "mknod",
    "lease", "audit_write", "audit_control", "setfcap", "mac_override", "mac_admin", "syslog",
    "wake_alarm", "block_suspend", "audit_read", "perfmon", "bpf", "checkpoint_restore",
)  # fmt: skip
_REVISION_2, _EFFECTIVE = 0x02000000, 0x000001


def file_capability(text: str) -> bytes:
    """Return the attribute ``security.capability`` for a text as cap_from_text(3) takes it.

    Raises:
        PlinthError: it names no capability.
    """
    sets = {"e": 0, "i": 0, "p": 0}
    for clause in text.split():
        at = next((at for at, letter in enumerate(clause) if letter in "=+-"), -1)
        if at < 0:
            raise PlinthError(f"{text!r} is not a set of capabilities")
        bits, operator = _bits(clause[:at], text), clause[at]
        if operator == "=":
            sets = {flag: value & ~bits for flag, value in sets.items()}
        for flag in clause[at + 1 :].replace("+", ""):
            if flag not in sets:
                raise PlinthError(f"{text!r} is not a set of capabilities")
            sets[flag] = sets[flag] & ~bits if operator == "-" else sets[flag] | bits
    flags = _REVISION_2 | (_EFFECTIVE if sets["e"] else 0)
    permitted, inheritable = sets["p"], sets["i"]
    low = (1 << 32) - 1
    return pack(
        "<5I", flags, permitted & low, inheritable & low, permitted >> 32, inheritable >> 32
    )


def _bits(names: str, text: str) -> int:
    if names in {"", "all"}:
        return (1 << len(_NAMES)) - 1
    bits = 0
    for name in names.lower().split(","):
        if name.removeprefix("cap_") not in _NAMES:
            raise PlinthError(f"{text!r}: there is no capability {name!r}")
        bits |= 1 << _NAMES.index(name.removeprefix("cap_"))
    return bits
