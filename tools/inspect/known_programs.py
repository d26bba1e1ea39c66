"""Categories of programs by name: those that are useful to an intruder."""

from __future__ import annotations

_SHELLS = "ash bash busybox csh dash fish ksh lksh mksh posh pwsh rbash sh tcsh toybox yash zsh"
_INTERPRETERS = (
    "awk bun deno gawk gjs guile java jjs jshell ksh lua luajit mawk nawk node nodejs perl php"
    " pypy python qjs Rscript ruby tclsh wish"
)
_PACKAGE_MANAGERS = (
    "apk apt apt-get aptitude cargo conda corepack dnf dpkg easy_install gem microdnf npm npx"
    " opkg pacman pip pipx pnpm rpm snap uv yarn yum zypper"
)
_NETWORK_TOOLS = (
    "aria2c busybox curl dig ftp host ifconfig ip iptables links lynx nc nc.openbsd"
    " nc.traditional ncat netcat netstat nft nmap nslookup openssl ping rsync scp sftp socat ss ssh"
    " sshd tcpdump telnet tftp toybox traceroute wget"
)
# Programs that make a small hole a large one: they use the network, change the user, read or change
# other processes and file systems, or build programs.
_DANGEROUS = (
    "as bash busybox cc chroot curl dd debugfs doas ftp g++ gcc gdb go insmod kexec ld lldb"
    " losetup mknod modprobe mount nc nc.openbsd nc.traditional ncat netcat nmap nsenter perl"
    " pkexec rsync rustc scp sftp socat ssh sshd strace su sudo tcpdump telnet tftp toybox unshare"
    " wget"
)

CATEGORIES = {
    "shell": frozenset(_SHELLS.split()),
    "interpreter": frozenset(_INTERPRETERS.split()),
    "package-manager": frozenset(_PACKAGE_MANAGERS.split()),
    "network-tool": frozenset(_NETWORK_TOOLS.split()),
    "dangerous": frozenset(_DANGEROUS.split()),
}
"""Names of programs by category; versions (``python3.13``, ``gcc-14``) are left out."""


def categories(name: str) -> list[str]:
    """Return the categories that a program belongs to, by the name of its file."""
    names = {name, name.rstrip("0123456789.").rstrip("-")}
    # x86_64-linux-gnu-gcc-14, arm-linux-gnueabihf-ld
    names |= {part.rpartition("-linux-gnu-")[2] for part in names}
    return [category for category, known in CATEGORIES.items() if names & known]
