"""What gio-querymodules(1) makes: which extension points GIO's modules have.

It loads each module and asks it. This writer knows the modules that Debian packages. Others are not
in the cache, and GIO then loads and asks them itself.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tools.configure.image import Image

_POINTS = {
    "libdconfsettings.so": "gsettings-backend",
    "libgioenvironmentproxy.so": "gio-proxy-resolver",
    "libgiognomeproxy.so": "gio-proxy-resolver",
    "libgiognutls.so": "gio-tls-backend",
    "libgiolibproxy.so": "gio-proxy-resolver",
    "libgioopenssl.so": "gio-tls-backend",
    "libgioremote-volume-monitor.so": "gio-native-volume-monitor,gio-volume-monitor",
    "libgvfsdbus.so": "gio-vfs,gio-volume-monitor",
}


def write(image: Image) -> None:
    """Write the cache of each directory of modules."""
    root = image.root
    for triplet in root.names("usr/lib"):
        directory = f"usr/lib/{triplet}/gio/modules"
        names = [name for name in root.names(directory) if name in _POINTS]
        if names:
            text = "".join(f"{name}: {_POINTS[name]}\n" for name in names)
            root.write(f"{directory}/giomodule.cache", text.encode())
